"""Steps from mapping to mapping: priced as the cost model prices, legal, and never for the worse."""

from __future__ import annotations

from dataclasses import replace
from math import prod

import numpy as np
import pytest
from hardware_cases import MODELS, contraction, machine, single, with_l1

from hwmodels.cost import stacked
from hwmodels.mapper import map_network
from hwmodels.mapspace.refine import Refiner, taken
from hwmodels.mapspace.scene import scene_of
from hwmodels.network import evaluate
from hwmodels.records import DIMS, Machine, Mapping, Network, Placement
from hwmodels.template import TILE_SHARE

TPU = machine(pe_x=2, pe_y=2, array_rows=128, array_columns=128, **with_l1(2**17), global_buffer_bytes=2**22)
IN_DRAM = Placement(("dram",) * 3, 0.0, 0.0)
OPERANDS = ("gnc", "gkcrs", "gnpqk")


def several() -> Network:
    """Regions of different contractions, one of them without."""
    parts = [single(work) for work in MODELS.values()]
    regions, tensors = [], []
    for part in parts:
        (region,) = part.regions
        first = len(tensors)
        reads = tuple(replace(use, tensor=use.tensor + first) for use in region.reads)
        writes = tuple(replace(write, tensor=write.tensor + first) for write in region.writes)
        regions.append(replace(region, reads=reads, writes=writes))
        tensors += part.tensors
    bare = replace(regions[0], contraction=None, kind="vector")
    return replace(parts[0], regions=(*regions, bare), tensors=tuple(tensors))


def bytes_of(tile: np.ndarray, operand: int) -> float:
    """Of a tile of elements of 2 bytes, without strides."""
    size = {dim: float(extent) for dim, extent in zip(DIMS, tile, strict=True)}
    halo = (size["p"] + size["r"] - 1) * (size["q"] + size["s"] - 1) if operand == 0 else 1.0
    return 2.0 * halo * prod(size[dim] for dim in OPERANDS[operand])


def test_regions_in_any_order_cost_what_the_network_says():
    network = several()
    mappings = map_network(network, TPU)
    placement = Placement(("dram",) * len(network.tensors), 0.0, 0.0)
    expected = [region.latency_s for region in evaluate(network, TPU, mappings, placement).regions]
    order = [2, 0, len(mappings) - 1, 1, 2]
    some = next(mapping for mapping in mappings if mapping is not None)
    chosen = stacked([mappings[index] or some for index in order])
    found = scene_of(network, TPU, placement).price(order, chosen, "latency").value
    np.testing.assert_allclose(found, [expected[index] for index in order], rtol=1e-12)


@pytest.mark.parametrize("objective", ["latency", "energy"])
def test_steps_lead_to_legal_mappings_that_are_better(objective: str):
    network = single(contraction(n=1000, k=1000, c=672))
    (start,) = map_network(network, TPU)
    assert start is not None
    scene = scene_of(network, TPU, None)
    refiner = Refiner(scene, scene.room_bytes(), objective)  # pyright: ignore[reportArgumentType]
    here = refiner.priced(np.zeros(1, np.int64), stacked([start]))
    there = refiner.walk(here, 24)
    assert there.value[0] < here.value[0]
    (end,) = (taken(there.mappings, np.asarray(index)) for index in range(1))
    (cost,) = evaluate(network, TPU, [end], IN_DRAM).regions
    assert there.value[0] == pytest.approx(getattr(cost, {"latency": "latency_s", "energy": "energy_j"}[objective]))
    assert_legal(end, TPU)


def assert_legal(found: Mapping, on: Machine):
    """Twice each PE's part of a tile fits its buffer; the global tiles, twice, their share."""
    grid = found.spatial[:2].prod(axis=0)
    part = np.ceil(found.l2_tile / grid)
    for operand, room in enumerate((on.l1_input_bytes, on.l1_weight_bytes, on.l1_output_bytes)):
        assert 2 * bytes_of(part, operand) <= room
    assert 2 * sum(bytes_of(found.global_tile, o) for o in range(3)) <= on.global_buffer_bytes * TILE_SHARE
    assert (found.spatial <= found.l1_tile).all()
    assert (found.l2_tile <= found.global_tile).all()
