//! ASCII folding of a pattern's syntax: every letter and every range gets its twin of the other case, inside a class
//! before the class is negated. Classes by Unicode property (`\p{Lu}`) say what they say and are not folded.

use regex_syntax::ast::{
    Ast, ClassAsciiKind, ClassBracketed, ClassSet, ClassSetItem, ClassSetRange, ClassSetUnion, Literal,
};

/// Folds a pattern. Recursion is bounded: the parser limits nesting.
pub(super) fn fold(pattern: &mut Ast) {
    match pattern {
        Ast::Literal(literal) => {
            if let Some(twin) = twin(literal) {
                let items = vec![ClassSetItem::Literal((**literal).clone()), ClassSetItem::Literal(twin)];
                let span = literal.span;
                let kind = ClassSet::Item(ClassSetItem::Union(ClassSetUnion { span, items }));
                *pattern = Ast::ClassBracketed(Box::new(ClassBracketed { span, negated: false, kind }));
            }
        }
        Ast::ClassBracketed(class) => fold_set(&mut class.kind),
        Ast::Repetition(repetition) => fold(&mut repetition.ast),
        Ast::Group(group) => fold(&mut group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter_mut().for_each(fold),
        Ast::Concat(concat) => concat.asts.iter_mut().for_each(fold),
        Ast::Empty(_)
        | Ast::Flags(_)
        | Ast::Dot(_)
        | Ast::Assertion(_)
        | Ast::ClassUnicode(_)
        | Ast::ClassPerl(_) => {}
    }
}

fn fold_set(set: &mut ClassSet) {
    match set {
        ClassSet::Item(item) => fold_item(item),
        ClassSet::BinaryOp(operation) => {
            fold_set(&mut operation.lhs);
            fold_set(&mut operation.rhs);
        }
    }
}

fn fold_item(item: &mut ClassSetItem) {
    let span = *item.span();
    let mut more = Vec::new();
    match item {
        ClassSetItem::Literal(literal) => more.extend(twin(literal).map(ClassSetItem::Literal)),
        ClassSetItem::Range(range) => more.extend(twins(range).map(ClassSetItem::Range)),
        ClassSetItem::Ascii(class) if matches!(class.kind, ClassAsciiKind::Lower | ClassAsciiKind::Upper) => {
            // Letters of either case, or what is none.
            class.kind = ClassAsciiKind::Alpha;
        }
        ClassSetItem::Bracketed(class) => fold_set(&mut class.kind),
        ClassSetItem::Union(union) => union.items.iter_mut().for_each(fold_item),
        ClassSetItem::Empty(_)
        | ClassSetItem::Ascii(_)
        | ClassSetItem::Unicode(_)
        | ClassSetItem::Perl(_) => {}
    }
    if !more.is_empty() {
        more.push(item.clone());
        *item = ClassSetItem::Union(ClassSetUnion { span, items: more });
    }
}

/// The letter's other case.
fn twin(literal: &Literal) -> Option<Literal> {
    let other = other_case(literal.c)?;
    Some(Literal { c: other, ..literal.clone() })
}

/// The other cases of the letters in a range.
fn twins(range: &ClassSetRange) -> impl Iterator<Item = ClassSetRange> + use<> {
    let (start, end, range) = (range.start.c, range.end.c, range.clone());
    [('a', 'z'), ('A', 'Z')].into_iter().filter_map(move |(first, last)| {
        let (low, high) = (start.max(first), end.min(last));
        let mut twin = range.clone();
        twin.start.c = other_case(low).filter(|_| low <= high)?;
        twin.end.c = other_case(high)?;
        Some(twin)
    })
}

fn other_case(letter: char) -> Option<char> {
    match letter {
        'a'..='z' => Some(letter.to_ascii_uppercase()),
        'A'..='Z' => Some(letter.to_ascii_lowercase()),
        _ => None,
    }
}
