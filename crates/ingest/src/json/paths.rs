//! Which keys of a JSON object lead to which wanted field, through nested objects and dotted keys in any mix.
//! Knows no values.

/// A field whose name has more dots is only found by its whole name: each dot doubles the ways to write it.
const DEEPEST: usize = 8;

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Target {
    /// Its value is this field.
    pub(super) field: Option<usize>,
    /// When its value is an object, this node says what is wanted of it.
    pub(super) inner: Option<usize>,
}

/// The fields as a tree. Node 0 is the record itself.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    nodes: Vec<Vec<(String, Target)>>,
}

impl Paths {
    /// Paths to these fields; a [`Target::field`] is a place in the list.
    pub(super) fn new<'f>(fields: impl IntoIterator<Item = &'f str>) -> Self {
        let mut paths = Self { nodes: Vec::new() };
        let all: Vec<(usize, &str)> = fields.into_iter().enumerate().collect();
        paths.node(&all);
        paths
    }

    /// What this key is good for in an object of this node. Linear in the keys that the node knows.
    pub(super) fn target(&self, node: usize, key: &str) -> Target {
        let known = self.nodes.get(node).and_then(|node| node.iter().find(|(known, _)| known == key));
        known.map_or_else(Target::default, |(_, target)| *target)
    }

    /// Whether no object within a record holds a wanted field, so that keys alone decide.
    pub(super) fn are_flat(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// Adds the node of what is left of these paths, and those below it. As deep as the paths have dots.
    fn node(&mut self, left: &[(usize, &str)]) -> usize {
        let place = self.nodes.len();
        self.nodes.push(Vec::new());
        let mut targets: Vec<(String, Target)> = Vec::new();
        for &(field, path) in left {
            set(&mut targets, path, |target| _ = target.field.get_or_insert(field));
            if path.matches('.').count() > DEEPEST {
                continue;
            }
            for (dot, _) in path.match_indices('.') {
                let (prefix, _) = path.split_at_checked(dot).unwrap_or((path, ""));
                if targets.iter().any(|(key, target)| key == prefix && target.inner.is_some()) {
                    continue;
                }
                let under = left
                    .iter()
                    .filter_map(|&(field, path)| after_step(path, prefix).map(|rest| (field, rest)));
                let under: Vec<(usize, &str)> = under.collect();
                let inner = self.node(&under);
                set(&mut targets, prefix, |target| target.inner = Some(inner));
            }
        }
        if let Some(node) = self.nodes.get_mut(place) {
            *node = targets;
        }
        place
    }
}

/// What is left of a path after these steps and a dot.
fn after_step<'p>(path: &'p str, steps: &str) -> Option<&'p str> {
    path.strip_prefix(steps)?.strip_prefix('.')
}

/// Changes the target of a key, which is added if it is new.
fn set(targets: &mut Vec<(String, Target)>, key: &str, change: impl FnOnce(&mut Target)) {
    if let Some((_, target)) = targets.iter_mut().find(|(known, _)| known == key) {
        return change(target);
    }
    let mut target = Target::default();
    change(&mut target);
    targets.push((key.to_owned(), target));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_and_nested_keys_lead_to_the_same_field() {
        let paths = Paths::new(["a.b.c", "a.b", "x"]);
        let at = |node, key| paths.target(node, key);
        assert_eq!(at(0, "a.b.c"), Target { field: Some(0), inner: None });
        assert_eq!(at(0, "x").field, Some(2));
        let a = at(0, "a").inner.unwrap();
        let a_b = at(a, "b");
        assert_eq!((a_b.field, at(a_b.inner.unwrap(), "c").field), (Some(1), Some(0)));
        assert_eq!(at(a, "b.c").field, Some(0));
        let whole = at(0, "a.b");
        assert_eq!((whole.field, at(whole.inner.unwrap(), "c").field), (Some(1), Some(0)));
        assert_eq!((at(0, "b"), at(a, "x")), (Target::default(), Target::default()));
        assert!(!paths.are_flat() && Paths::new(["a", "b"]).are_flat());
    }
}
