"""Models against what nobody here made: measurements, other simulators, published chips."""
