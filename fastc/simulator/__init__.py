"""The simulator: a second opinion on cycles, which shares no formula with the cost model."""
