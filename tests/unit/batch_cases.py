"""What the tests of rebatching share: one run of a rebatched model against runs of the original."""

from __future__ import annotations

import numpy as np
from xdsl.dialects.builtin import ModuleOp
from xdsl.dialects.func import FuncOp

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from fastc.xla import Array, depth_of, first_difference, main_of, numpy_dtype, run
from passes.analysis.ops import shape_of, tensor_type
from passes.lower_to_stablehlo import LowerToStablehloPass
from passes.set_batch import SetBatchPass

Shapes = list[tuple[int, ...]]


def function(arguments: str, results: str, *lines: str) -> ModuleOp:
    text = f"func.func @main({arguments}) -> ({results}) {{\n" + "\n".join(lines) + "\n}"
    return read_stablehlo(text.encode(), "test")


def rebatched(module: ModuleOp, size: int, inputs: tuple[int, ...] = (), dimensions: tuple[int, ...] = ()) -> ModuleOp:
    copy = module.clone()
    SetBatchPass(size, inputs, dimensions).apply(make_context(), copy)
    copy.verify()
    return copy


def plain(module: ModuleOp) -> str:
    copy = module.clone()
    LowerToStablehloPass().apply(make_context(), copy)
    return write_stablehlo(copy)


def shapes_of(main: FuncOp) -> tuple[Shapes, Shapes]:
    """Those of the arguments and of the results."""
    end = main.get_return_op()
    assert end is not None
    return [shape_of(value) for value in main.args], [shape_of(value) for value in end.operands]


def grown(before: Shapes, after: Shapes) -> list[int | None]:
    """Of each shape the dimension that differs."""
    different = [
        [d for d, sizes in enumerate(zip(*pair, strict=True)) if len({*sizes}) > 1]
        for pair in zip(before, after, strict=True)
    ]
    assert all(len(each) < 2 for each in different)
    return [each[0] if each else None for each in different]


def random_argument(module: ModuleOp, index: int, generator: np.random.Generator) -> Array:
    """Normal numbers; integers of 0 to 10, truth values."""
    kind = tensor_type(main_of(module).args[index])
    assert kind is not None
    dtype = numpy_dtype(kind.element_type)
    if dtype.kind == "f":
        return generator.standard_normal(kind.get_shape()).astype(dtype)
    return generator.integers(0, 2 if dtype.kind == "b" else 11, kind.get_shape()).astype(dtype)


def check_meaning(
    original: ModuleOp,
    size: int,
    inputs: tuple[int, ...] = (),
    dimensions: tuple[int, ...] = (),
    fixed: dict[int, Array] | None = None,
) -> ModuleOp:
    """Rebatches, and compares one run of the result with runs of the original on each part of its inputs.

    ``fixed`` are values of arguments for which random ones make no sense.
    """
    module = rebatched(original, size, inputs, dimensions)
    (before, results_before), (after, results_after) = (shapes_of(main_of(each)) for each in (original, module))
    cuts, joins = grown(before, after), grown(results_before, results_after)
    first = next(index for index, cut in enumerate(cuts) if cut is not None)
    pieces = after[first][cuts[first] or 0] // before[first][cuts[first] or 0]
    generator = np.random.default_rng(size)
    arguments = [random_argument(module, index, generator) for index in range(len(after))]
    for index, value in (fixed or {}).items():
        arguments[index] = value
    parts = [
        [value] * pieces if cut is None else np.split(value, pieces, cut)
        for value, cut in zip(arguments, cuts, strict=True)
    ]
    runs = [run(plain(original), part) for part in zip(*parts, strict=True)]
    expected = [
        outputs[0] if join is None else np.concatenate(outputs, join)
        for outputs, join in zip(zip(*runs, strict=True), joins, strict=True)
    ]
    assert first_difference(expected, run(plain(module), arguments), depth_of(original)) is None
    return module
