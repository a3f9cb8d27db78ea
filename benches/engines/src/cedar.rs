//! cedar-policy: `permit` is "hidden". Cedar's `like` respects case, so path and command line are given in lower case;
//! folding them is not part of what is measured, nor is making the request.

use std::collections::HashSet;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicyId, PolicySet, Request,
    RestrictedExpression,
};

use crate::{Answers, Engine, Fields, Setting};

/// Who asks.
const HUNT: &str = "Hunt::\"egress\"";

/// Conditions, and requests of one event each.
pub struct Cedar {
    policies: PolicySet,
    requests: Vec<Request>,
    authorizer: Authorizer,
    entities: Entities,
    said: Said,
}

/// What was said, as far as the form of the policies lets it be known.
enum Said {
    Hidden(Vec<bool>),
    /// The policy of exclusion `n` has the id `n`.
    HiddenBy(Vec<Vec<PolicyId>>),
}

impl Cedar {
    /// One policy: the names are a set that the hunt's entity carries (a set in the policy's text would be made anew for
    /// every event), and the rest a balanced tree of `||`. A chain as it is usually written is too deep for Cedar at
    /// 10,000: see `tests/limits.rs`.
    pub fn grouped(setting: &Setting<'_>) -> Self {
        let mut conditions = conditions(setting);
        conditions.retain(|(place, _)| !setting.groups.names.iter().any(|(named, _)| named == place));
        let tree = balanced(&conditions.into_iter().map(|(_, condition)| condition).collect::<Vec<_>>());
        let policy = permit(&format!("principal.names.contains(context.name) || {tree}"));
        let names =
            setting.groups.names.iter().map(|(_, name)| RestrictedExpression::new_string(name.clone()));
        let attributes = [("names".to_owned(), RestrictedExpression::new_set(names))].into();
        let hunt = Entity::new(entity(HUNT), attributes, HashSet::new()).expect("a set of texts is a value");
        Self {
            entities: Entities::from_entities([hunt], None).expect("the entity is there once"),
            ..Self::new(setting, policy.parse().expect("Cedar reads the policy"), Said::Hidden(Vec::new()))
        }
    }

    /// One policy for each exclusion, so that Cedar names those that hide an event.
    pub fn each(setting: &Setting<'_>) -> Self {
        let mut policies = PolicySet::new();
        for (place, condition) in conditions(setting) {
            let policy =
                cedar_policy::Policy::parse(Some(PolicyId::new(place.to_string())), permit(&condition));
            policies.add(policy.expect("Cedar reads the policy")).expect("each place is there once");
        }
        Self::new(setting, policies, Said::HiddenBy(Vec::new()))
    }

    fn new(setting: &Setting<'_>, policies: PolicySet, said: Said) -> Self {
        let requests = setting.fields.iter().map(request).collect();
        Self { policies, requests, authorizer: Authorizer::new(), entities: Entities::empty(), said }
    }
}

impl Engine for Cedar {
    fn decide(&mut self) {
        let Self { policies, requests, authorizer, entities, said } = self;
        let responses = requests.iter().map(|request| authorizer.is_authorized(request, policies, entities));
        match said {
            Said::Hidden(hidden) => {
                hidden.clear();
                hidden.extend(responses.map(|response| response.decision() == Decision::Allow));
            }
            Said::HiddenBy(by) => {
                by.clear();
                by.extend(responses.map(|response| response.diagnostics().reason().cloned().collect()));
            }
        }
    }

    fn answers(&self) -> Answers {
        let place = |id: &PolicyId| AsRef::<str>::as_ref(id).parse().expect("ids are places");
        match &self.said {
            Said::Hidden(hidden) => Answers::Hidden(hidden.clone()),
            Said::HiddenBy(by) => Answers::HiddenBy(
                by.iter()
                    .map(|ids| {
                        let mut places: Vec<usize> = ids.iter().map(place).collect();
                        places.sort_unstable();
                        places
                    })
                    .collect(),
            ),
        }
    }
}

/// A policy of a condition.
pub fn permit(condition: &str) -> String {
    format!("permit(principal, action, resource) when {{ {condition} }};")
}

/// Each exclusion as a condition.
pub fn conditions(setting: &Setting<'_>) -> Vec<(usize, String)> {
    let groups = &setting.groups;
    let names = groups.names.iter().map(|(place, name)| (*place, format!("context.name == {name:?}")));
    let paths = groups.paths.iter().map(|(place, path)| (*place, format!("context.path like \"{path}*\"")));
    let parts = groups.parts.iter().map(|(place, part)| (*place, format!("context.line like \"*{part}*\"")));
    let networks = groups.cidrs().map(|(place, network)| {
        (place, format!("(context has address && context.address.isInRange(ip(\"{network}\")))"))
    });
    names.chain(paths).chain(parts).chain(networks).collect()
}

fn balanced(conditions: &[String]) -> String {
    match conditions {
        [] => "false".to_owned(),
        [only] => only.clone(),
        _ => {
            let (front, back) = conditions.split_at(conditions.len() / 2);
            format!("({} || {})", balanced(front), balanced(back))
        }
    }
}

/// The request of an event.
pub fn request(event: &Fields<'_>) -> Request {
    let text = |name: &str, value: String| (name.to_owned(), RestrictedExpression::new_string(value));
    let mut attributes = vec![
        text("name", event.name.to_owned()),
        text("path", event.path.to_ascii_lowercase()),
        text("line", event.line.to_ascii_lowercase()),
    ];
    attributes
        .extend(event.ip.map(|ip| ("address".to_owned(), RestrictedExpression::new_ip(ip.to_string()))));
    let context = Context::from_pairs(attributes).expect("each attribute is there once");
    Request::new(entity(HUNT), entity("Action::\"hide\""), entity("Event::\"any\""), context, None)
        .expect("no schema is asked for")
}

fn entity(text: &str) -> EntityUid {
    text.parse().expect("a valid entity")
}
