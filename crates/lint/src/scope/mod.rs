//! What is read otherwise than it was meant: scopes that lose what they are about or hold what they are not, and text
//! where an address is meant. Each lint is a file, and the file is its page.

mod inbound_in_scope;
mod mapped_lost;
mod text_for_network;
mod untyped_lost;
mod witness;

use crate::lint::Lint;

/// Every lint of this room.
pub(crate) const LINTS: [&Lint; 4] =
    [&inbound_in_scope::LINT, &mapped_lost::LINT, &text_for_network::LINT, &untyped_lost::LINT];
