//! The questions and the figures to reach, as pairs of policies. Answers nothing.

use std::fmt::Write;

/// A claim about an edit.
pub(crate) struct Question {
    pub(crate) name: String,
    /// The row of the table that it belongs to.
    pub(crate) row: &'static str,
    pub(crate) old: String,
    pub(crate) new: String,
    /// `hides-nothing-new` or `equivalent`.
    pub(crate) claim: &'static str,
    /// `holds` or `fails`, where the question is built so that one of them is right.
    pub(crate) expected: Option<&'static str>,
    /// The figure to reach.
    pub(crate) milliseconds: f64,
    pub(crate) mebibytes: f64,
    /// Whether the figure is of the whole command, or of the answer alone.
    pub(crate) whole: bool,
}

impl Question {
    /// Whether any answer will do that is not wrong.
    pub(crate) fn is_hard(&self) -> bool {
        self.row == HARD
    }
}

const NEW: &str = "hides-nothing-new";

/// Columns that hold text.
const TEXTS: [&str; 4] =
    ["InitiatingProcessCommandLine", "InitiatingProcessFolderPath", "InitiatingProcessFileName", "RemoteUrl"];

/// All questions. `shipped` is the text of the first policy.
pub(crate) fn questions(shipped: &str) -> Vec<Question> {
    let mut all = vec![];
    let widened = shipped.replace("\"/usr/lib/apt/\"", "\"/usr/lib/\"");
    let row = "the first policy, `/usr/lib/apt/` widened to `/usr/lib/`";
    all.push(question("widened", row, shipped, &widened, Some("fails"), 10.0, true));
    all.push(question(
        "narrowed",
        "its narrowing, the other way",
        &widened,
        shipped,
        Some("holds"),
        10.0,
        true,
    ));
    let five_hundred = fleet(500);
    let wider = five_hundred.replace("\"/opt/vendor-251/\"", "\"/opt/vendor-25\"");
    let row = "500 exclusions, one widened";
    all.push(question("wider-500", row, &five_hundred, &wider, Some("fails"), 50.0, true));
    all.push(six_orderings());
    all.extend(lists());
    all.extend(ten_thousand());
    all.push(distributed());
    all.extend(many_on_one_field());
    all.extend(hard());
    all
}

fn question(
    name: &str,
    row: &'static str,
    old: &str,
    new: &str,
    expected: Option<&'static str>,
    milliseconds: f64,
    whole: bool,
) -> Question {
    let (name, old, new) = (name.to_owned(), old.to_owned(), new.to_owned());
    Question { name, row, old, new, claim: NEW, expected, milliseconds, mebibytes: 1024.0, whole }
}

/// A policy without a scope, of these conditions.
fn policy(conditions: impl IntoIterator<Item = String>) -> String {
    let mut text =
        "[policy]\nid = \"asked\"\ntitle = \"asked\"\nowner = \"benches\"\ntable = \"DeviceNetworkEvents\"\n"
            .to_owned();
    for (number, condition) in conditions.into_iter().enumerate() {
        // Writing to a text cannot fail.
        _ = write!(
            text,
            "\n[[exclusion]]\nid = \"x{number}\"\nreason = \"asked\"\nwhere = {{ {condition} }}\n"
        );
    }
    text
}

/// As many exclusions as a large fleet has.
fn fleet(count: usize) -> String {
    policy((0..count).map(|number| match number % 4 {
        0 => format!("InitiatingProcessFileName = \"agent-{number}\""),
        1 => format!(
            "InitiatingProcessCommandLine = {{ contains = \"--unit={number}-\", ignore_case = true }}"
        ),
        2 => format!("RemoteIP = {{ in = [\"240.{}.{}.0/24\"] }}", number >> 8 & 255, number & 255),
        _ => format!("InitiatingProcessFolderPath = {{ starts_with = \"/opt/vendor-{number}/\" }}"),
    }))
}

/// None of the three begins as another ends, so that they stand in one of six orders.
fn six_orderings() -> Question {
    let words = ["curl", "wget", "snap"];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let word = |place: usize| words.get(place).copied().unwrap_or_default();
    let orders: Vec<String> =
        orders.iter().map(|[a, b, c]| format!("'(?s){}.*{}.*{}'", word(*a), word(*b), word(*c))).collect();
    let not = "{ not = { InitiatingProcessCommandLine = { contains = \"--quiet\" } } }";
    let old = format!(
        "all = [{{ InitiatingProcessCommandLine = {{ matches = [{}] }} }}, {not}]",
        orders.join(", ")
    );
    let three: Vec<String> = words
        .iter()
        .map(|word| format!("{{ InitiatingProcessCommandLine = {{ contains = \"{word}\" }} }}"))
        .collect();
    let new = format!("all = [{}, {not}]", three.join(", "));
    let row = "three `contains` and one negation against six orderings";
    question("orderings", row, &policy([old]), &policy([new]), Some("holds"), 10.0, false)
}

fn lists() -> Vec<Question> {
    let operators = ["equals", "starts_with", "ends_with", "contains", "has", "has_prefix", "has_suffix"];
    let of = |operator: &str, blind: bool, count: usize| {
        let mut list = String::new();
        for number in 0..count {
            _ = write!(list, "\"/opt/vendor-{}/tool-{}/bin/run{number}\", ", number % 97, number / 97);
        }
        policy([format!("InitiatingProcessFolderPath = {{ {operator} = [{list}], ignore_case = {blind} }}")])
    };
    let mut all = Vec::new();
    for operator in operators {
        for blind in [false, true] {
            let (short, long) = (of(operator, blind, 10_000), of(operator, blind, 10_001));
            let name = format!("{operator}{}", if blind { "-ignoring-case" } else { "" });
            let row = "a list of 10,000 literals, one added";
            all.push(question(&format!("{name}-added"), row, &short, &long, Some("fails"), 1_000.0, false));
            let row = "a list of 10,000 literals, one removed";
            all.push(question(&format!("{name}-removed"), row, &long, &short, Some("holds"), 1_000.0, false));
        }
    }
    for question in &mut all {
        question.mebibytes = 100.0;
    }
    all
}

fn ten_thousand() -> Vec<Question> {
    let (old, new) = (fleet(10_000), fleet(10_001));
    let added =
        question("exclusion-added", "10,000 exclusions, one added", &old, &new, Some("fails"), 10.0, false);
    let removed = question(
        "exclusion-removed",
        "10,000 exclusions, one removed",
        &new,
        &old,
        Some("holds"),
        10.0,
        false,
    );
    vec![added, removed]
}

fn distributed() -> Question {
    let name = |number: usize| format!("InitiatingProcessFileName = \"agent-{number}\"");
    let path = |number: usize| {
        format!("InitiatingProcessFolderPath = {{ starts_with = \"/opt/vendor-{number}/\" }}")
    };
    let line =
        |number: usize| format!("InitiatingProcessCommandLine = {{ contains = \"--unit={number}-\" }}");
    let old =
        policy((0..1_000).map(|number| {
            format!("{}, any = [{{ {} }}, {{ {} }}]", name(number), path(number), line(number))
        }));
    let new = policy((0..1_000).flat_map(|number| {
        [format!("{}, {}", name(number), path(number)), format!("{}, {}", name(number), line(number))]
    }));
    let row = "1,000 exclusions rewritten (`a ∧ (b ∨ c)` as two) proved equal";
    let mut question = question("distributed", row, &old, &new, Some("holds"), 1_000.0, false);
    question.claim = "equivalent";
    question
}

fn many_on_one_field() -> Vec<Question> {
    let all = |tests: Vec<String>| {
        let parts: Vec<String> =
            tests.iter().map(|test| format!("{{ InitiatingProcessCommandLine = {{ {test} }} }}")).collect();
        policy([format!("all = [{}]", parts.join(", "))])
    };
    let pattern = |number: usize| format!("'a{number}[a-z]*b{number}.*c'");
    // So that they cannot simply be written one behind another.
    let apart = "not = { matches = ['w[0-9]*z[0-9]*w', '[0-9][ x/-]w'] }".to_owned();
    let contains = (0..200).map(|number| format!("contains = \"w{}z{number}\"", number % 17)).chain([apart]);
    let found = all((0..20).map(|number| format!("matches = {}", pattern(number))).collect());
    let none = (0..20).map(|number| format!("not = {{ matches = {} }}", pattern(number)));
    let none = all(none.chain(["contains = \"a7\"".to_owned(), "matches = 'b7.*c$'".to_owned()]).collect());
    let old = policy([]);
    let one = |name, row, new: &str, milliseconds| {
        question(name, row, &old, new, Some("fails"), milliseconds, false)
    };
    vec![
        one("contains-200", "200 `contains` on one field at once", &all(contains.collect()), 8.0),
        one("regexes-20", "20 regexes on one field", &found, 150.0),
        one("no-regex-of-20", "20 regexes on one field, none of them found", &none, 150.0),
    ]
}

const HARD: &str = "a policy built to be hard";

/// Built to be hard: any answer will do that is not wrong, in ten seconds and one gibibyte.
fn hard() -> Vec<Question> {
    let hard =
        |name: &str, old: &str, new: &str, expected| question(name, HARD, old, new, expected, 10_000.0, true);
    let mut all: Vec<Question> = (1..=5)
        .map(|seed| {
            let clauses = clauses(seed);
            let everything = "InitiatingProcessFileName = { starts_with = \"\" }".to_owned();
            let new = policy(clauses.iter().cloned().chain([everything]));
            hard(&format!("clauses-{seed}"), &policy(clauses), &new, None)
        })
        .collect();
    let line = |test: &str| policy([format!("InitiatingProcessCommandLine = {{ {test} }}")]);
    let patterns = [
        ("repeat", r"matches = '\w{1,50}x$'", r"matches = '\w{1,51}x$'", "holds"),
        ("repeat-anchored", r"matches = '^\w{1,50}x$'", r"matches = '^\w{1,51}x$'", "fails"),
        ("repeats", r"matches = '(\w{1,50}x){3}'", r"matches = '(\w{1,50}x){2}'", "fails"),
        ("repeats-more", r"matches = '(\w{1,50}x){3}'", r"matches = '(\w{1,51}x){3}'", "fails"),
    ];
    for (name, old, new, expected) in patterns {
        all.push(hard(name, &line(old), &line(new), Some(expected)));
        all.push(hard(&format!("{name}-back"), &line(new), &line(old), Some("holds")));
    }
    // Twenty words of two characters that do not overlap are forty long.
    for (longest, expected) in [(60, "fails"), (40, "fails"), (39, "holds"), (15, "holds")] {
        let contains = (0..20).map(|number| {
            format!("{{ InitiatingProcessCommandLine = {{ contains = \"w{}\" }} }}", letters(number))
        });
        let bound = format!("{{ InitiatingProcessCommandLine = {{ matches = '^.{{0,{longest}}}$' }} }}");
        let parts: Vec<String> = contains.chain([bound]).collect();
        let new = policy([format!("all = [{}]", parts.join(", "))]);
        all.push(hard(&format!("bounded-{longest}"), &policy([]), &new, Some(expected)));
    }
    all
}

fn letters(number: u8) -> char {
    char::from(b'a' + number)
}

/// Exclusions of three tests each, so that an event that none of them hides is a solution of random clauses: 80 atoms,
/// 4.3 clauses for each.
fn clauses(seed: u64) -> Vec<String> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut below = |bound: usize| {
        // The generator of Marsaglia's "Xorshift RNGs".
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % bound as u64).unwrap_or(0)
    };
    let mut all = Vec::new();
    while all.len() < 344 {
        let mut atoms = [below(80), below(80), below(80)];
        atoms.sort_unstable();
        let [a, b, c] = atoms;
        if a == b || b == c {
            continue;
        }
        let parts = atoms.map(|atom| {
            let column = TEXTS.get(atom % TEXTS.len()).copied().unwrap_or_default();
            let test = format!("{{ contains = \"<{atom}>\" }}");
            if below(2) == 0 {
                format!("{{ {column} = {test} }}")
            } else {
                format!("{{ {column} = {{ not = {test} }} }}")
            }
        });
        all.push(format!("all = [{}]", parts.join(", ")));
    }
    all
}
