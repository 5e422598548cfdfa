"""Which regions of a network run in chains on a machine: all that could be priced as arrays, the best set of them."""
