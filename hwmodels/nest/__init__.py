"""Access counts, cycles and energy of a loop nest on a hierarchy of buffers: what Timeloop computes, in closed form.

``records`` says what a problem, an architecture and a mapping are, ``digits`` counts iterations, ``movement`` what
tiles move, ``counts`` reads, fills and updates, ``cost`` cycles and energy.
"""

from hwmodels.nest.cost import Cost, cost
from hwmodels.nest.counts import Access, Counts, count
from hwmodels.nest.records import Halo, Level, Loops, Problem, Tensor

__all__ = ["Access", "Cost", "Counts", "Halo", "Level", "Loops", "Problem", "Tensor", "cost", "count"]
