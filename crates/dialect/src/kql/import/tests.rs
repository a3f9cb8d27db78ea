//! Imports, each with what is made of it.
