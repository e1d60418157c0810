//! Circuit devices.
