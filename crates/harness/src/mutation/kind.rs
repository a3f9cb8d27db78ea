//! The kinds of edits, each with its words.

/// A kind of edit that people make by accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An exclusion is gone.
    ExclusionDropped,
    /// An exclusion hides a day longer, or less long.
    ExpiryMoved,
    /// A condition of the scope is gone.
    ScopeDropped,
    /// The scope looks back twice or half as far.
    LookbackChanged,
    /// One of several tests that must hold is gone.
    ConditionDropped,
    /// One branch of an `any` is gone.
    BranchDropped,
    /// `all` for `any`, or the other way.
    AllAny,
    /// A `not` is gone, or a truth value is the other one.
    NotLost,
    /// Another operator on the same literals.
    OperatorChanged,
    /// Case is ignored, or no longer.
    CaseToggled,
    /// A letter of a literal is another one.
    LetterChanged,
    /// A trailing `/` is gone.
    SlashLost,
    /// An entry of a list is gone.
    EntryRemoved,
    /// A list has an entry more.
    EntryAdded,
    /// A network is twice as large.
    NetworkWidened,
    /// A number is one more.
    NumberOffByOne,
    /// A time is a day later.
    TimeMoved,
    /// A pattern may begin or end anywhere.
    AnchorLost,
    /// `\.` in a pattern is any letter.
    DotUnescaped,
}

impl Kind {
    /// In the words of a report.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ExclusionDropped => "exclusion dropped",
            Self::ExpiryMoved => "expiry moved",
            Self::ScopeDropped => "scope condition dropped",
            Self::LookbackChanged => "lookback changed",
            Self::ConditionDropped => "condition dropped",
            Self::BranchDropped => "branch of `any` dropped",
            Self::AllAny => "`all` and `any` swapped",
            Self::NotLost => "negation lost",
            Self::OperatorChanged => "operator changed",
            Self::CaseToggled => "case turned on or off",
            Self::LetterChanged => "letter changed",
            Self::SlashLost => "trailing `/` lost",
            Self::EntryRemoved => "list entry removed",
            Self::EntryAdded => "list entry added",
            Self::NetworkWidened => "network widened",
            Self::NumberOffByOne => "number off by one",
            Self::TimeMoved => "time moved by a day",
            Self::AnchorLost => "anchor of a pattern lost",
            Self::DotUnescaped => "dot of a pattern unescaped",
        }
    }

    /// Whether it takes a whole part away, or turns it over: what narrower edits change, it changes too.
    pub(super) fn is_broad(self) -> bool {
        matches!(
            self,
            Self::ExclusionDropped
                | Self::ScopeDropped
                | Self::ConditionDropped
                | Self::BranchDropped
                | Self::AllAny
                | Self::NotLost
        )
    }
}
