//! Signal processing that is not a circuit.
