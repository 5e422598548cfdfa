"""Chains of regions: that running them tile by tile computes the same, and that the IR's numbers are the cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import SSAValue

from dialects.region import BoundRegionOp, ChainAttr, Halo, Space
from dialects.stablehlo import ExactParser
from fastc import pipelines
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import write_stablehlo
from fastc.problem import Lowered, read_lowered
from fastc.transform import print_module
from fastc.xla import Array, random_arguments, run
from hwmodels.chaining.prices import best_chains
from hwmodels.network import evaluate
from passes.analysis.chains import slice_of
from passes.analysis.network import network_view
from passes.analysis.ops import main_of, shape_of
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.tile_chains import TileChainsPass

TEXTS = Path(__file__).parents[1] / "filecheck" / "passes"


def parse(text: str) -> ModuleOp:
    module = ExactParser(make_context(), text).parse_module()
    module.verify()
    return module


def tiled(name: str, halo: str) -> ModuleOp:
    """One of the text tests' modules with its chains."""
    module = parse((TEXTS / f"{name}.mlir").read_text())
    TileChainsPass(halo=halo).apply(make_context(), module)  # pyright: ignore[reportArgumentType]
    module.verify()
    return module


def body_text(op: BoundRegionOp) -> str:
    """The body of a region as a model of its own."""
    body = op.body.clone()
    last = body.block.last_op
    assert last is not None
    body.block.add_op(ReturnOp(*last.operands))
    body.block.erase_op(last)
    kinds = ([argument.type for argument in body.block.args], [*op.result_types])
    return write_stablehlo(ModuleOp([FuncOp("main", kinds, body)]))


def mask(chain: ChainAttr, shape: tuple[int, ...], spans: list[tuple[int, int]]) -> Array:
    """The elements of a region's first result that lie in ``spans``, one for each loop."""
    found = np.ones(shape, bool)
    for loop, (first, last) in zip(chain.loops, spans, strict=True):
        place = slice_of(loop)
        dimension = place.carry.dimension
        along = np.asarray([(at // place.carry.inner) % place.extent for at in range(shape[dimension])])
        sides = [-1 if d == dimension else 1 for d in range(len(shape))]
        found = found & ((first <= along) & (along <= last)).reshape(sides)
    return found


def window(chain: ChainAttr, tile: tuple[int, ...]) -> list[tuple[int, int]]:
    """What the global buffer holds of a region's result for a tile, as the attribute says."""
    return [
        (t * loop.step.data - loop.before.data, (t + 1) * loop.step.data - 1 + loop.after.data)
        for loop, t in zip(chain.loops, tile, strict=True)
    ]


def run_tiles(module: ModuleOp, arguments: list[Array]) -> list[Array]:
    """What the module returns, its one chain computed tile by tile: each region sees of the others' results only what
    the global buffer holds by then; everything else is not a number."""
    main = main_of(module)
    assert main is not None
    values: dict[SSAValue, Array] = dict(zip(main.args, arguments, strict=True))
    regions = network_view(module).regions
    texts = {op: body_text(op) for op in regions}
    for op in regions:
        for result in op.results:
            values[result] = np.full(shape_of(result), np.nan, np.float32)
    chain = next(op.chain for op in regions if op.chain is not None)
    for op in regions[: next(i for i, op in enumerate(regions) if op.chain is not None)]:
        values.update(zip(op.results, run(texts[op], [values[v] for v in op.operands]), strict=True))
    members = [op for op in regions if op.chain is not None]
    for tile in product(*(range(count) for count in chain.tiles)):
        for op in members:
            _run_tile(op, tile, values, texts[op])
    returned = main.body.block.last_op
    assert returned is not None
    return [values[value] for value in returned.operands]


def _run_tile(op: BoundRegionOp, tile: tuple[int, ...], values: dict[SSAValue, Array], text: str) -> None:
    assert op.chain is not None
    computed = run(text, [values[value] for value in op.operands])
    spans = [loop.made(op.chain.halo.data, t) for loop, t in zip(op.chain.loops, tile, strict=True)]
    made = mask(op.chain, shape_of(op.results[0]), spans)
    for result, new in zip(op.results, computed, strict=True):
        old = values[result]
        if op.space_of(result) == Space.Tile:
            keeps = op.chain.halo.data == Halo.Keep
            held = mask(op.chain, old.shape, window(op.chain, tile))
            old = np.where(held, old, np.nan) if keeps else np.full_like(old, np.nan)
        values[result] = np.where(made, new, old)


@pytest.mark.parametrize("halo", ["keep", "recompute"])
@pytest.mark.parametrize("name", ["tile_chains", "tile_chains_images"])
def test_tile_by_tile_the_numbers_are_the_same(name: str, halo: str):
    module = tiled(name, halo)
    plain = module.clone()
    LowerToStablehloPass().apply(make_context(), plain)
    arguments = [np.asarray(each) for each in random_arguments(plain, 3)]
    expected = run(write_stablehlo(plain), arguments)
    for one, other in zip(run_tiles(module, arguments), expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5)


def test_one_row_less_is_too_few():
    """The same, with a halo that is one row short: the numbers are gone."""
    module = parse(print_module(tiled("tile_chains", "recompute")).replace("before 1 after 1", "before 1 after 0"))
    plain = module.clone()
    LowerToStablehloPass().apply(make_context(), plain)
    with pytest.raises(Exception, match="needs 1 positions before and 1 after the slice of what 'expand' makes"):
        run_tiles(module, [np.asarray(each) for each in random_arguments(plain, 3)])


@pytest.mark.parametrize("options", ["", "{mapper=optimal mapper-budget=300}"])
@pytest.mark.parametrize("name", ["tile_chains", "tile_chains_images"])
def test_printed_and_parsed_the_cost_is_the_same(name: str, options: str):
    module = tiled(name, "any")
    pipelines.run(f"place-tensors{options},lower-to-schedule{options}", make_context(), module)
    text = print_module(module)
    again = parse(text)
    assert print_module(again) == text
    first, second = read_lowered(module), read_lowered(again)
    assert any(region.tiling is not None for region in first.network.regions)
    assert cost(first) == cost(second)
    assert cost(first).latency_s < cost(without_chains(name)).latency_s


def without_chains(name: str) -> Lowered:
    module = parse((TEXTS / f"{name}.mlir").read_text())
    pipelines.run("place-tensors,lower-to-schedule", make_context(), module)
    return read_lowered(module)


def cost(lowered: Lowered):
    return evaluate(lowered.network, lowered.machine, lowered.mappings, lowered.placement)


def test_halo_rows_cost_work_or_space():
    """Of 64 rows in four tiles of 16, the three inner borders have two rows that both sides need: recomputed, the first
    region makes 70 rows; kept, 64, and two of its 18 rows stay between tiles."""
    for halo, rows, kept in (("recompute", 70, 0), ("keep", 64, 2)):
        network = network_view(tiled("tile_chains", halo)).network
        tiling = network.regions[0].tiling
        assert tiling is not None
        assert sum(tile.count * tile.contraction.bounds[2] for tile in tiling.tiles if tile.contraction) == rows
        middle = next(t for t in network.tensors if t.slice_bytes)
        row = 16 * 16 * 4
        assert (middle.slice_bytes, middle.kept_bytes) == pytest.approx((18 * row, kept * row))


def spans(regions: int) -> Iterator[tuple[int, int]]:
    return combinations(range(regions + 1), 2)


@given(st.data())
def test_the_best_choice_of_chains(data: st.DataObject):
    """Against all sets of chains, tried one by one."""
    count = 4
    alone = data.draw(st.lists(st.integers(1, 9).map(float), min_size=count, max_size=count))
    drawn = data.draw(st.lists(st.tuples(st.sampled_from([*spans(count)]), st.integers(1, 30)), max_size=5))
    first, end, seconds = np.asarray([(*span, price) for span, price in drawn], np.int64).reshape(-1, 3).T

    def total(chosen: Sequence[int]) -> float:
        covered = [region for one in chosen for region in range(first[one], end[one])]
        if len(set(covered)) != len(covered):
            return float("inf")
        rest = sum(time for region, time in enumerate(alone) if region not in covered)
        return rest + sum(float(seconds[one]) for one in chosen)

    every = [chosen for size in range(len(drawn) + 1) for chosen in combinations(range(len(drawn)), size)]
    assert total(best_chains(first, end - 1, seconds.astype(float), alone)) == min(map(total, every))
