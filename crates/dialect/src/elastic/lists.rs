//! Fields that hold several values at once. Knows the Elastic Common Schema, no tables.

/// Fields of which the schema says that they hold an array, whole or below any other name.
/// Source: the fields with `normalize: array` in ECS 9.2, <https://www.elastic.co/docs/reference/ecs/ecs-field-reference>.
const LISTS: [&str; 34] = [
    "answers",
    "args",
    "attachments",
    "attributes",
    "bcc.address",
    "capabilities.effective",
    "capabilities.permitted",
    "category",
    "cc.address",
    "certificate_chain",
    "container.image.tag",
    "dns.header_flags",
    "dns.resolved_ip",
    "env_vars",
    "event.type",
    "from.address",
    "hash.all",
    "host.ip",
    "host.mac",
    "label",
    "observer.ip",
    "observer.mac",
    "registry.data.strings",
    "related.hash",
    "related.hosts",
    "related.ip",
    "related.user",
    "reply_to.address",
    "resource.ip",
    "roles",
    "rule.author",
    "supported_ciphers",
    "tags",
    "to.address",
];

/// Groups of fields each of which holds an array.
const GROUPS: [&str; 4] = ["threat.", "x509.issuer.", "x509.subject.", "x509.alternative_names"];

/// Whether a field holds several values: an entry asks whether any of them is right, and a column here has one.
pub(super) fn holds_several(field: &str) -> bool {
    let ends = |name: &str| {
        field.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let within = |group: &str| field.starts_with(group) || field.contains(&format!(".{group}"));
    LISTS.into_iter().any(ends) || GROUPS.into_iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_names_end() {
        for field in [
            "host.ip",
            "process.args",
            "process.parent.args",
            "tags",
            "user.roles",
            "event.category",
            "threat.tactic.id",
        ] {
            assert!(holds_several(field), "{field}");
        }
        for field in [
            "destination.ip",
            "process.args_count",
            "process.name",
            "user.name",
            "host.ip_address",
            "file.path",
        ] {
            assert!(!holds_several(field), "{field}");
        }
    }
}
