//! How a condition is laid out: on one line if it fits, else broken at its lists and its boolean operators. Knows
//! parentheses, not what anything means.

/// A condition as text in the making.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Out {
    /// On one line, whatever happens.
    Atom(String),
    /// `head (a, b)`
    List(String, Vec<String>),
    /// All of these.
    All(Vec<Out>),
    /// Any of these.
    Any(Vec<Out>),
    /// A function of one: its name, what stands before and behind the argument.
    Call(&'static str, Box<Out>, &'static str),
}

/// The longest line.
const WIDTH: usize = 110;

impl Out {
    /// `not(…)`
    pub(super) fn not(inner: Self) -> Self {
        Self::Call("not(", Box::new(inner), ")")
    }

    /// False where it is null.
    pub(super) fn or_false(inner: Self) -> Self {
        Self::Call("coalesce(", Box::new(inner), ", false)")
    }

    /// On one line.
    pub(super) fn flat(&self) -> String {
        match self {
            Self::Atom(text) => text.clone(),
            Self::List(head, items) => format!("{head}({})", items.join(", ")),
            Self::All(parts) => parts.iter().map(Self::enclosed).collect::<Vec<_>>().join(" and "),
            Self::Any(parts) => parts.iter().map(Self::enclosed).collect::<Vec<_>>().join(" or "),
            Self::Call(open, inner, close) => format!("{open}{}{close}", inner.flat()),
        }
    }

    fn is_joined(&self) -> bool {
        matches!(self, Self::All(parts) | Self::Any(parts) if parts.len() > 1)
    }

    /// In parentheses where it is a part of something else: also where precedence would do.
    fn enclosed(&self) -> String {
        if self.is_joined() { format!("({})", self.flat()) } else { self.flat() }
    }

    /// Behind what stands on the line already; further lines are indented.
    pub(super) fn laid_out(&self, before: usize, indent: usize) -> String {
        let flat = self.flat();
        if before + flat.chars().count() <= WIDTH {
            return flat;
        }
        let inner = indent + 4;
        let line = |indent: usize| format!("\n{}", " ".repeat(indent));
        match self {
            Self::Atom(text) => text.clone(),
            Self::List(head, items) => {
                let items: Vec<String> = items.iter().map(|item| format!("{}{item}", line(inner))).collect();
                format!("{head}({}{})", items.join(","), line(indent))
            }
            Self::All(parts) | Self::Any(parts) => {
                let word = if matches!(self, Self::All(_)) { "and " } else { "or " };
                let parts: Vec<String> = parts
                    .iter()
                    .map(|part| {
                        if part.is_joined() {
                            let laid_out = part.laid_out(inner + 5, inner);
                            format!("({laid_out})")
                        } else {
                            part.laid_out(inner + 4, inner)
                        }
                    })
                    .collect();
                parts.join(&format!("{}{word}", line(inner)))
            }
            // A list has its own brackets.
            Self::Call(open, argument, close) if matches!(**argument, Self::List(..) | Self::Call(..)) => {
                format!("{open}{}{close}", argument.laid_out(before + open.len() + close.len(), indent))
            }
            Self::Call(open, argument, close) => {
                let inside = argument.laid_out(inner, inner);
                format!("{open}{}{inside}{}{close}", line(inner), line(indent))
            }
        }
    }
}
