"""Softmax in StableHLO: how the pass ``softmax-form`` finds it, and the reduction of its two-pass form."""
