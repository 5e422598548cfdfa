"""The best mapping of a contraction on a machine, proven or with a gap.

*Proven* refers to this map space. A machine (``Target``) has axes, on which dimensions run at once (the PE grid's, the
array's rows and columns), an L1, a global buffer and DRAM. A mapping chooses

* an engine of the machine, and so what stays in the array and what may lie on which axis;
* extents on each axis, any whole numbers whose product the axis holds, in no dimension more than the axes before leave,
  such that none alone could grow (for ``search`` a larger one never takes longer, but in a shared L1, where the PEs'
  parts of a tile that they do not divide take more room than the tile; ``proof`` bounds the others too). Kernel taps
  may be packed: r and s count as one. A free reference machine unrolls two dimensions on an axis, as does a grid of
  more than 16 PEs a side; of very many products over the grid only those count that no other exceeds in every
  dimension;
* a tile of L1: any extents of g, n, p, q, k and c, that need not divide; of r and s all taps or one (packed: all);
* a tile of the global buffer: whole L1 tiles in each dimension, as many as one likes, with all taps, cut off at the
  bounds;
* for both nests of loops (L1 tiles in one of the buffer; the buffer's tiles) the class of loops that runs innermost: n,
  p, q or k or c, r, s. Loops over g run outermost. Other orders move no less: a border's traffic depends on the
  innermost class alone, whose operand stays;
* which operands the buffer holds, where the machine leaves that open; others pass it by.

Tiles must fit: of FAST's template half of each L1 buffer and of the global buffer's share for tiles (the other half is
for the next tile), of a reference machine all of it.

Latency is the longest of the engine, each memory's ports, the link to the PEs and DRAM; energy is counted access by
access, or for FAST's template as ``cost.contraction_cost`` does; every operand is in DRAM. A fetch stands outside all
loops that it does not depend on, up to the innermost that it does, as in compiled code: an edge tile in which that loop
runs once saves nothing.

The search takes spatial assignments by a bound (each tile everything: no traffic is less, no pass is more), for each
all L1 tiles at once as arrays, those that no other beats in trips, passes and bytes; pairs them with the buffer's tiles
likewise; and, where that does not reach what both promise, pairs all. What stays unexplored bounds the result from
below. The number of mappings looked at, not the clock, limits it: the same input gives the same result.
"""

from hwmodels.mapper import NoMappingError
from hwmodels.mapspace.found import Found
from hwmodels.mapspace.incumbent import Objective
from hwmodels.mapspace.quick import quick_map_network
from hwmodels.mapspace.region_problems import region_problems
from hwmodels.mapspace.regions import NetworkMapping, RegionMapping, map_network
from hwmodels.mapspace.search import search
from hwmodels.mapspace.target import Target, reference_machine, template_machine
from hwmodels.mapspace.template import map_contractions, mapping_of, search_contractions

__all__ = [
    "Found",
    "NetworkMapping",
    "NoMappingError",
    "Objective",
    "RegionMapping",
    "Target",
    "map_contractions",
    "map_network",
    "mapping_of",
    "quick_map_network",
    "reference_machine",
    "region_problems",
    "search",
    "search_contractions",
    "template_machine",
]
