//! Lock-free readings, audio to screen.
