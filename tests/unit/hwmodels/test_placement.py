"""Placement against all subsets, tried one by one, and what each option allows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hardware_cases import MIB, contraction, machine
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from hwmodels.mapper import map_network
from hwmodels.network import evaluate
from hwmodels.placement import RELATIVE_GAP, TRAFFIC_WEIGHT, Program, Residency, Waits, place, solve
from hwmodels.records import Machine, Mapping, Network, Placement, RegionWork, Space, Tensor, Use, VectorWork, Write

START, LATENCY = 2.5e-7, 3e-7
"""Seconds to start a region and of DRAM's latency, which ``Placement.objective_s`` leaves out."""

Mappings = Sequence[Mapping | None]


def starts(network: Network, spaces: Sequence[Space]) -> float:
    """Seconds of all starts: one more latency for each region that reads from DRAM, and for each that writes there."""
    reading = sum(any(spaces[use.tensor] == "dram" for use in region.reads) for region in network.regions)
    writing = sum(any(spaces[write.tensor] == "dram" for write in region.writes) for region in network.regions)
    return START * len(network.regions) + LATENCY * (reading + writing)


def build(widths: Sequence[int], rows: int, skips: dict[int, int], biased: Sequence[bool]) -> Network:
    """A perceptron of ``rows`` samples: region i multiplies by a weight of widths[i] x widths[i + 1], may add two
    biases (``biased``; weights too) and the output of an earlier region (``skips``: reader to producer)."""
    last = len(widths) - 2
    tensors = [Tensor("x", rows * widths[0] * 2, "input", -1, (0,))]
    outputs = range(1, last + 2)
    for index in range(last + 1):
        role = "output" if index == last else "activation"
        consumers = sorted({reader for reader in range(last + 1) if reader - 1 == index or skips.get(reader) == index})
        tensors.append(Tensor(f"y{index}", rows * widths[index + 1] * 2, role, index, tuple(consumers)))
    regions: list[RegionWork] = []
    for index in range(last + 1):
        reads = [Use(index, "input"), Use(len(tensors), "weight")]
        tensors.append(Tensor(f"w{index}", widths[index] * widths[index + 1] * 2, "weight", -1, (index,)))
        if biased[index]:
            reads += [Use(len(tensors), "vector"), Use(len(tensors) + 1, "vector")]
            tensors += [Tensor(f"b{index}.{part}", widths[index + 1] * 2, "weight", -1, (index,)) for part in "ab"]
        if index in skips:
            reads.append(Use(outputs[skips[index]], "vector"))
        work = contraction(n=rows, c=widths[index], k=widths[index + 1])
        vector = VectorWork(alu=rows * widths[index + 1] * (1 + (index in skips)))
        writes = (Write(outputs[index]),)
        regions.append(RegionWork(f"r{index}", "matmul", ("dot_general",), work, vector, tuple(reads), writes))
    return Network("perceptron", 1, 0, tuple(regions), tuple(tensors))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Perceptrons of up to four layers."""
    layers = draw(st.integers(1, 4))
    widths = [draw(st.sampled_from((64, 128, 256, 512))) for _ in range(layers + 1)]
    skips = {reader: draw(st.integers(0, reader - 2)) for reader in range(2, layers) if draw(st.booleans())}
    biased = [draw(st.booleans()) for _ in range(layers)]
    return build(widths, draw(st.sampled_from((64, 256, 512))), skips, biased)


def machines() -> st.SearchStrategy[Machine]:
    """Machines whose DRAM, or whose buffer, is scarce for these networks."""
    return st.builds(
        lambda buffer, channels, bandwidth: machine(
            pe_x=2, pe_y=2, global_buffer_bytes=buffer, dram_channels=channels, dram_channel_bytes_per_s=bandwidth
        ),
        st.sampled_from((MIB, 2 * MIB, 4 * MIB)),
        st.sampled_from((1, 4)),
        st.sampled_from((10e9, 56e9)),
    )


def movable(network: Network) -> list[tuple[int, ...]]:
    """Tensors that are placed together: an activation, or all weights that the same regions read."""
    weights: dict[tuple[int, ...], list[int]] = {}
    for index, tensor in enumerate(network.tensors):
        if tensor.role == "weight":
            weights.setdefault(tensor.consumers, []).append(index)
    activations = [(index,) for index, tensor in enumerate(network.tensors) if tensor.role == "activation"]
    return [*activations, *(tuple(group) for group in weights.values())]


def subsets(network: Network) -> Iterator[tuple[Space, ...]]:
    """Every choice of what is on chip."""
    groups = movable(network)
    for choice in itertools.product((False, True), repeat=len(groups)):
        held = {tensor for group, taken in zip(groups, choice, strict=True) if taken for tensor in group}
        kind: dict[str, Space] = {"weight": "pinned", "activation": "global"}
        yield tuple(kind[t.role] if i in held else "dram" for i, t in enumerate(network.tensors))


def occupied(network: Network, mappings: Mappings, spaces: Sequence[Space], region: int) -> int:
    """Bytes of global buffer in use while ``region`` runs: pinned weights, activations from producer to last use, and
    two tiles of each of the region's operands that come from DRAM or go there."""
    live = 0
    for tensor, space in zip(network.tensors, spaces, strict=True):
        alive = space == "pinned" or (space == "global" and tensor.producer <= region <= max(tensor.consumers))
        live += tensor.bytes if alive else 0
    work, mapping = network.regions[region], mappings[region]
    assert mapping is not None
    _, n, _, _, k, c, _, _ = (int(extent) for extent in mapping.global_tile)
    (x,) = (use.tensor for use in work.reads if use.operand == "input")
    (w,) = (use.tensor for use in work.reads if use.operand == "weight")
    tiles = {x: n * c, w: c * k, work.writes[0].tensor: n * k}
    return live + sum(2 * elements * 2 for tensor, elements in tiles.items() if spaces[tensor] == "dram")


def value(network: Network, on: Machine, mappings: Mappings, spaces: tuple[Space, ...]) -> float:
    """What placement minimises: latency, and a little of all DRAM time for its energy."""
    cost = evaluate(network, on, mappings, Placement(spaces, 0.0, 0.0))
    return cost.latency_s + TRAFFIC_WEIGHT * cost.dram_bytes / (on.dram_channels * on.dram_channel_bytes_per_s)


@settings(max_examples=30, deadline=None)
@given(network=networks(), on=machines())
def test_no_subset_is_better(network: Network, on: Machine):
    mappings = map_network(network, on)
    found = place(network, on, mappings)

    def fits(spaces: Sequence[Space]) -> bool:
        regions = range(len(network.regions))
        return all(occupied(network, mappings, spaces, region) <= on.global_buffer_bytes for region in regions)

    assert fits(found.spaces)
    best = min(value(network, on, mappings, spaces) for spaces in subsets(network) if fits(spaces))
    # The solver stops at RELATIVE_GAP, or earlier by its count of nodes and then says how far it may be.
    assert found.gap >= 0
    assert value(network, on, mappings, found.spaces) <= best * (1 + max(found.gap, RELATIVE_GAP))
    latency_s = evaluate(network, on, mappings, found).latency_s
    assert found.objective_s + starts(network, found.spaces) == pytest.approx(latency_s, rel=1e-9)


NETWORK = build([512, 512, 256, 512], 512, {2: 0}, [True, False, True])
"""Three layers; the last adds the first's output. Activations y0 (1) and y1 (2); weights from 4 on."""

SCARCE = machine(pe_x=2, pe_y=2, global_buffer_bytes=16 * MIB, dram_channels=1, dram_channel_bytes_per_s=1e9)
"""DRAM so slow that everything on chip pays, and room for all of it."""


@pytest.mark.parametrize(
    ("residency", "roles"),
    [
        ("all", {"activation", "weight"}),
        ("activations", {"activation"}),
        ("weights", {"weight"}),
        ("none", set[str]()),
    ],
)
def test_residency_says_what_may_be_on_chip(residency: Residency, roles: set[str]):
    found = place(NETWORK, SCARCE, map_network(NETWORK, SCARCE), residency)
    kind = {"activation": "global", "weight": "pinned"}
    expected = [kind[tensor.role] if tensor.role in roles else "dram" for tensor in NETWORK.tensors]
    assert list(found.spaces) == expected
    assert found.gap == 0


def test_nothing_on_chip_without_a_global_buffer():
    on = machine(global_buffer_bytes=0, dram_channels=1, dram_channel_bytes_per_s=1e9)
    mappings = map_network(NETWORK, on)
    found = place(NETWORK, on, mappings)
    assert set(found.spaces) == {"dram"}
    assert found.gap == 0
    latency_s = evaluate(NETWORK, on, mappings, found).latency_s
    assert found.objective_s + starts(NETWORK, found.spaces) == pytest.approx(latency_s, rel=1e-9)


def test_placement_is_repeatable():
    on = machine(pe_x=2, pe_y=2, global_buffer_bytes=2 * MIB, dram_channels=1)
    mappings = map_network(NETWORK, on)
    first, *others = (place(NETWORK, on, mappings) for _ in range(3))
    assert all(other == first for other in others)


def test_more_options_never_hurt():
    on = machine(pe_x=2, pe_y=2, global_buffer_bytes=2 * MIB, dram_channels=1, dram_channel_bytes_per_s=10e9)
    mappings = map_network(NETWORK, on)

    def reached(residency: Residency) -> float:
        return value(NETWORK, on, mappings, place(NETWORK, on, mappings, residency).spaces)

    everything, nothing = reached("all"), reached("none")
    assert everything < nothing
    for residency in ("weights", "activations"):
        assert everything * (1 - RELATIVE_GAP) <= reached(residency) <= nothing * (1 + RELATIVE_GAP)


def test_a_tensor_that_fills_the_buffer_to_the_byte_is_placed():
    """Two layers on a buffer with just the room for what lies between them and the tiles beside it, and with less."""
    network = build([256, 256, 256], 512, {}, [False, False])
    big = machine(pe_x=2, pe_y=2, global_buffer_bytes=4 * MIB, dram_channels=1, dram_channel_bytes_per_s=1e9)
    mappings = map_network(network, big)
    spaces = place(network, big, mappings, "activations").spaces
    assert spaces[1] == "global"
    needed = max(occupied(network, mappings, spaces, region) for region in range(2))

    def with_buffer(size: int) -> Placement:
        return place(network, machine(**(vars(big) | {"global_buffer_bytes": size})), mappings, "activations")

    assert with_buffer(needed).spaces == spaces
    assert set(with_buffer(needed - 16).spaces) == {"dram"}


def test_an_activation_stays_until_its_last_use():
    """Four layers, the last of which adds the first's output; buffers from scarce to ample, tiles always the same."""
    network = build([512, 512, 512, 512, 512], 512, {3: 0}, [False] * 4)
    scarce = {"pe_x": 2, "pe_y": 2, "dram_channels": 1, "dram_channel_bytes_per_s": 1e9}
    mappings = map_network(network, machine(**scarce, global_buffer_bytes=MIB))
    placed: set[tuple[Space, ...]] = set()
    for size in range(MIB, 4 * MIB, MIB // 8):
        spaces = place(network, machine(**scarce, global_buffer_bytes=size), mappings, "activations").spaces
        assert all(occupied(network, mappings, spaces, region) <= size for region in range(4))
        placed.add(spaces)
    assert len(placed) > 2


def test_a_model_without_regions_takes_nothing():
    found = place(Network("empty", 1, 0, (), ()), machine(), ())
    assert found == Placement((), 0.0, 0.0)
    assert np.isfinite(found.objective_s)


@pytest.mark.parametrize(("latency_s", "expected"), [(0.1, [0.0, 1.0]), (0.0, [1.0, 0.0])])
def test_what_avoids_a_wait_goes_before_what_saves_hidden_traffic(latency_s: float, expected: list[float]):
    # One region, bound by its array; room for one of two: the first moves more bytes, without the second nothing waits.
    numbers = Program(
        chip_s=np.asarray([1.0]),
        chip_first_s=np.asarray([0.0]),
        dram_s=np.asarray([0.5]),
        dram_first_s=np.asarray([0.0]),
        saved_s=csr_array([[0.3, 0.2]]),
        saved_first_s=csr_array([[0.0, 0.0]]),
        fetch_region=np.zeros(0, np.int64),
        fetch_candidate=np.zeros(0, np.int64),
        fetch_s=np.zeros(0),
        occupied=csr_array([[0.0, 1.0 * MIB]]),
        room=np.asarray([1.0 * MIB]),
        pinned_bytes=np.asarray([1.0 * MIB, 0.0]),
        waits=Waits(np.asarray([latency_s]), csr_array([[1.0]]), csr_array([[0.0, 1.0]])),
    )
    chosen, _ = solve(numbers)
    assert chosen.tolist() == expected
