//! Synthetic Linux desktop traffic.
