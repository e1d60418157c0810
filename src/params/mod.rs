//! Host parameters.
