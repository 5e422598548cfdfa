"""The records that travel between the parts: plain numbers, SI units, no IR and no formulas.

A field that is an ``Array`` may hold a Python number or an array of either array library (see ``arrays``), all of one
record from the same library; a record never computes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal, TypeAlias

Array: TypeAlias = Any
"""A NumPy or JAX array, or a Python number: the array library's own namespace decides the arithmetic."""

DIMS = ("g", "n", "p", "q", "k", "c", "r", "s")
"""The named dimensions of a contraction: groups (or batch of a matrix product), images (or rows), output rows and
columns, output channels of a group, input channels of a group, kernel rows and columns."""

OPERANDS = ("input", "weight", "output")

Operand = Literal["input", "weight", "output", "vector"]
"""What a region's tensor feeds: one of the contraction's operands, or only the vector unit."""

Space = Literal["dram", "global", "pinned", "tile"]
"""Where a tensor lives: in DRAM, in the global buffer from producer to last use, there for ever (weights), or there
slice by slice while its chain runs."""


@dataclass(frozen=True)
class Contraction:
    """A sum of products over named dimensions, whatever op it came from.

    output[g, n, p, q, k] = sum over c, r, s of
    input[g, n, p * stride[0] + r * dilation[0], q * stride[1] + s * dilation[1], c] * weight[g, k, c, r, s]

    A matrix product has p = q = r = s = 1. Further spatial dimensions are folded into n (outputs) and c (taps).
    """

    bounds: tuple[int, int, int, int, int, int, int, int]
    """Sizes of ``DIMS``, in that order."""
    stride: tuple[float, float] = (1.0, 1.0)
    """Input rows and columns per output row and column; below 1 for a transposed convolution."""
    dilation: tuple[float, float] = (1.0, 1.0)
    """Input rows and columns per kernel row and column."""
    element_bytes: tuple[float, float, float] = (2.0, 2.0, 2.0)
    """Bytes of one element of input, weight and output."""


@dataclass(frozen=True)
class Rows:
    """What a region's vector unit goes through more than once: a reduction needs a whole row before the row can be used
    again. One walk through the rows is a *scan*; what one scan makes and a later one uses is *kept* between them."""

    rescan_bytes: Array = 0
    """Bytes that go to and come from wherever rows are kept: each kept value is read once by each later scan that uses
    it, and stored once unless it is an operand or a result of the region."""
    kept_bytes: Array = 0
    """Most bytes that are kept between two scans, of all rows."""
    row_bytes: Array = 0
    """The same of one independent row: the least that has to be kept at a time."""
    dims: str = ""
    """Which output dimensions of the region's contraction the rows run along ('k': a softmax over output channels);
    empty where they are not made of its outputs."""


@dataclass(frozen=True)
class VectorWork:
    """Elements that a region's vector unit processes once per run, by the kind of operation, and its rows."""

    alu: Array = 0
    """Adds, multiplies, compares, selects, converts."""
    transcendental: Array = 0
    """Exponential, logistic, tanh, log, sine, power."""
    divide: Array = 0
    """Divisions, square roots and their reciprocals."""
    reduce: Array = 0
    """Input elements of reductions and of reduction windows."""
    move: Array = 0
    """Elements moved without arithmetic: transpose, gather, pad, concatenate, slice."""
    rows: Rows = Rows()


@dataclass(frozen=True)
class Tensor:
    """A value that crosses a region's border."""

    name: str
    bytes: int
    role: Literal["weight", "input", "activation", "output", "state"]
    """``weight``: the same for every inference; ``input`` and ``output``: the model's; ``activation``: between
    regions; ``state``: what a loop carries or a region updates in place, which has one home, in DRAM."""
    producer: int
    """Index of the producing region, -1 for what is there before the regions run."""
    consumers: tuple[int, ...]
    """Indices of the regions that read it, ascending."""
    slice_bytes: float = 0.0
    """Bytes of the greatest slice, of a tensor that only ever exists slice by slice, inside a chain; else 0."""
    kept_bytes: float = 0.0
    """Bytes of such a slice that stay from one tile to the next: rows that the next tile's windows reach back to."""


@dataclass(frozen=True)
class Runs:
    """Contiguous stretches of a tensor, laid out row by row, that a region moves; by default one, the whole tensor."""

    run_bytes: float = inf
    """Bytes of the shortest."""
    pitch_bytes: float = inf
    """Bytes from the start of one to that of the next; infinite where they lie anywhere."""


@dataclass(frozen=True)
class Use:
    """One region reads one tensor."""

    tensor: int
    """Index into ``Network.tensors``."""
    operand: Operand
    fraction: float = 1.0
    """Share of the tensor's bytes that the region reads: below 1 for a gather or slice of a bigger tensor."""
    runs: Runs = Runs()
    fetched: bool = True
    """Whether the bytes come from where the tensor lives; if not, an earlier tile of the chain left them on chip."""


@dataclass(frozen=True)
class Write:
    """One region writes one tensor."""

    tensor: int
    """Index into ``Network.tensors``."""
    fraction: float = 1.0
    """Share of the tensor's bytes that the region writes: below 1 where it updates a tensor in place."""
    runs: Runs = Runs()
    gathered: bool = False
    """Whether the tiles of a chain make it together, so that it is on chip until the last of them is done."""


@dataclass(frozen=True)
class TileWork:
    """What a region of a chain does for each of ``count`` tiles of the same shape."""

    count: int
    contraction: Contraction | None
    vector: VectorWork
    reads: tuple[Use, ...]
    """As ``RegionWork.reads``, of the slice."""
    writes: tuple[Write, ...]
    fetches: tuple[int, ...] = ()
    """For each of ``Tiling.held`` how many of these tiles fetch it; to the others it is on chip already."""


@dataclass(frozen=True)
class Tiling:
    """How a region runs as part of a chain: consecutive regions that all run for one tile, then all for the next."""

    chain: str
    """The same for all regions of the chain."""
    tiles: tuple[TileWork, ...]
    """All tiles by their shapes, the greatest first."""
    held: tuple[int, ...] = ()
    """Indices into ``reads``: what stays on chip for all following tiles that need the same part of it."""
    sums_bytes: float = 0.0
    """Bytes of results that the tiles make together, such as a mean over rows, on chip until the last of them."""


@dataclass(frozen=True)
class RegionWork:
    """What one run of a fusion region has to do, before any schedule."""

    name: str
    kind: str
    """'conv', 'depthwise', 'matmul', 'vector', 'pool', 'move' or 'opaque'."""
    ops: tuple[str, ...]
    """Names of the ops inside, in order, without their dialect's prefix."""
    contraction: Contraction | None
    vector: VectorWork
    reads: tuple[Use, ...]
    writes: tuple[Write, ...]
    runs: int = 1
    """How often the region runs each time the module does: the trip counts of the loops around it, or 0 in a branch
    that is not taken."""
    tiling: Tiling | None = None
    """The tiles in which it runs, of a region in a chain; the fields above are of all tiles together, without what
    neighbouring tiles do both."""


@dataclass(frozen=True)
class Network:
    """A model as regions in order of execution, for one batch size."""

    name: str
    batch: int
    macs: int
    """Multiply-accumulates of one run of this module (all ``batch`` inferences)."""
    regions: tuple[RegionWork, ...]
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True)
class Machine:
    """An accelerator of FAST's template: a grid of PEs, each with a systolic array, a vector unit and L1 buffers (and
    L2 where there is one), one global buffer, and DRAM channels.

    Fields marked * are searched; they may be arrays and, while relaxed, not whole numbers.
    """

    name: str
    node_nm: int
    clock_hz: float
    dram_kind: str
    """'gddr6', 'hbm2', ...: a key of the technology data."""
    dram_channel_bytes_per_s: float
    dram_channels: Array
    """*"""
    pe_x: Array
    """* columns of the PE grid."""
    pe_y: Array
    """* rows of the PE grid."""
    array_rows: Array
    """* rows of a PE's systolic array: the side where inputs enter."""
    array_columns: Array
    """* columns of a PE's systolic array: the side where results leave."""
    vector_multiplier: Array
    """* vector lanes of a PE per column of its array."""
    l1_shared: Array
    """* 0: each PE has its own L1; 1: the PEs' L1 buffers form one pool, data kept once. Between: relaxed."""
    l1_input_bytes: Array
    """* per PE."""
    l1_weight_bytes: Array
    """* per PE."""
    l1_output_bytes: Array
    """* per PE."""
    l2_enabled: Array
    """* 0: no L2."""
    l2_shared: Array
    """* as ``l1_shared``."""
    l2_input_multiplier: Array
    """* L2 input bytes per PE over ``l1_input_bytes``."""
    l2_weight_multiplier: Array
    """*"""
    l2_output_multiplier: Array
    """*"""
    global_buffer_bytes: Array
    """* 0: no global buffer."""
    native_batch: Array
    """* inferences that the machine runs together."""
    dtype: str = "bf16"
    preload_overlapped: bool = True
    """Whether the cells of an array hold two stationary elements, so that the next ones enter (finished sums leave)
    behind the stream and streams follow at once; if not, each fold runs until its array is empty (see ``systolic``)."""
    tile_issue_cycles: float = 0.0
    """Cycles in which a processor issues the work of one L1 tile; 0 where hardware sequences tiles, or, as in a TPU,
    wide instructions beside the work itself."""
    tile_issue_overlapped: bool = True
    """Whether it issues a tile while the tile before it runs."""
    host_bytes_per_s: float = 0.0
    """Bytes per second and direction between the chip and its host; 0: no host interface on the die."""
    link_bytes_per_s: float = 0.0
    """Bytes per second and direction of all links to other chips together; 0: none."""


@dataclass(frozen=True)
class MixedMachine(Machine):
    """A machine while a search has not chosen its kind of DRAM."""

    dram_shares: tuple[tuple[str, Array], ...] = ()
    """Kinds and their shares, which sum to 1; none: all is ``dram_kind``."""


@dataclass(frozen=True)
class Mapping:
    """How a contraction runs on a machine; arrays with a common leading shape ``[...]``.

    Tiles are extents of ``DIMS`` over the whole PE grid. The array's tile is ``spatial``; L1's tile is streamed through
    it; L2's is made of L1 tiles, the global buffer's of L2 tiles, the contraction of the global buffer's.
    """

    engine: Array
    """[...] 0: weight-stationary, 1: input-stationary, 2: output-stationary, 3: the vector unit."""
    spatial: Array
    """[..., 4, 8] extents of ``DIMS`` on pe_x, pe_y, the array's rows and its columns."""
    l1_tile: Array
    """[..., 8]"""
    l2_tile: Array
    """[..., 8] equals ``l1_tile`` where there is no L2; then ``l2_order`` equals ``l1_order`` and both mean the loops
    over L1 tiles inside a global tile."""
    global_tile: Array
    """[..., 8] equals ``l2_tile`` where there is no global buffer."""
    l1_order: Array
    """[..., 8] indices into ``DIMS``, outermost loop first: the loops over L1 tiles inside an L2 tile."""
    l2_order: Array
    """[..., 8] the loops over L2 tiles inside a global tile."""
    global_order: Array
    """[..., 8] the loops over global tiles."""


ENGINES = ("weight_stationary", "input_stationary", "output_stationary", "vector")


@dataclass(frozen=True)
class Placement:
    """Where the tensors of a network live, and how well that was decided."""

    spaces: tuple[Space, ...]
    """One per tensor of the network."""
    objective_s: float
    """Latency of the network under this placement, by the integer program's own count."""
    gap: float
    """Relative gap to the proven bound; 0 is optimal."""


@dataclass(frozen=True)
class RegionCost:
    """Cost of one run of a region on one machine."""

    latency_s: float
    compute_s: float
    """The contraction on its engine."""
    vector_s: float
    global_buffer_s: float
    dram_s: float
    issue_s: float
    """Start of the region."""
    bound: str
    """What takes longest: 'array', 'vector', 'global_buffer', 'dram' or 'issue'."""
    lower_bound_s: float
    """No schedule of this region on this machine is faster: peak compute, compulsory traffic (see ``network``)."""
    utilization: float
    """Share of the machine's peak multiply-accumulates that are useful, over ``latency_s``."""
    dram_bytes: float
    rescan_noc_bytes: float
    """Bytes between the PEs and what lies beyond for rows that are gone through again."""
    rescan_dram_bytes: float
    """Those of them that DRAM moves; part of ``dram_bytes``."""
    energy_j: float
    macs: int


@dataclass(frozen=True)
class NetworkCost:
    """Cost of a whole network on one machine, per run of the module (``batch`` inferences)."""

    latency_s: float
    energy_j: float
    dram_bytes: float
    utilization: float
    regions: tuple[RegionCost, ...]


@dataclass(frozen=True)
class ChipCost:
    """What a machine takes, by component."""

    area_m2: Array
    tdp_w: Array
    area_breakdown_m2: dict[str, Array] = field(default_factory=dict[str, Any])
    tdp_breakdown_w: dict[str, Array] = field(default_factory=dict[str, Any])
    peak_flops: Array = 0.0
    dram_bytes_per_s: Array = 0.0
    cost_usd: Array = 0.0
    """One packaged chip with its memory."""
    cost_breakdown_usd: dict[str, Array] = field(default_factory=dict[str, Any])
