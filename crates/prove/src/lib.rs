//! Exact answers about policies: a claim is proved, or refuted by an event, or said to be unknown with the reason.
//! Knows policies and their operators; no files, no clock, no words of a report.
