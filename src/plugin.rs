//! The nice-plug processor.
