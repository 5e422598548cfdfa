"""The regions that form-regions draws around the patterns of real models, in a form to read and judge.

``python -m tests.golden.regions`` writes them anew. A change of a golden file is a change of how models run: say in the
commit why the new regions are the better ones.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import wrap

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import BlockArgument, Operation, OpResult, SSAValue

from dialects.region import BoundRegionOp, Kind
from fastc import pipelines
from fastc.frontends import make_context
from fastc.frontends.stablehlo import read_stablehlo
from passes.analysis.ops import CONTRACTION, TERMINATORS, main_of, op_name

FOLDER = Path(__file__).parent / "regions"
EXAMPLES = Path(__file__).parents[2] / "examples"
PIPELINE = pipelines.join(pipelines.CLEANUP, *pipelines.to_regions("fastc"))


@dataclass(frozen=True)
class Cut:
    """A pattern in a model: the regions from one contraction to another."""

    name: str
    model: str
    first: int
    """Index of its first contraction among those of the model."""
    last: int
    about: str
    """What the regions should be, and why."""


CUTS = (
    Cut(
        "inverted_residual",
        "mobilenet_v2",
        6,
        8,
        "The scale of each batch normalization is in the kernel, ahead of time; what is left of it, a bias, and the "
        "clipping behind it go into the convolution, and into the last one the residual sum, for it comes after the "
        "block's input in any case. Only the two wide activations cross between regions.",
    ),
    Cut(
        "squeeze_and_excite",
        "efficientnet_b0",
        10,
        14,
        "The depthwise convolution gives its activation and, from the same pass over it, the mean that the gate "
        "needs. The two small convolutions of the gate stay alone: each is a contraction, and the second needs "
        "all of the first. The gate multiplies inside the projection, which reads the activation anyway; the "
        "gated one is never written.",
    ),
    Cut(
        "normalized_first",
        "resnet50v2",
        5,
        8,
        "The sum of the residual path is read by two: the next block's sum as it is, and its first convolution "
        "normalized and clipped. So the normalization belongs to that convolution: one tensor crosses, not two.",
    ),
    Cut(
        "attention",
        "bert_base_s128",
        8,
        13,
        "Queries, keys and values each with their bias; the scale of the queries is in their weights, ahead of time. "
        "The scores with mask and whole "
        "softmax, for a row of it lies in one output tile; the weighted values with their transpose; the "
        "projection with the residual sum and the layer normalization of a whole row.",
    ),
    Cut(
        "feed_forward",
        "bert_base_s128",
        14,
        15,
        "The activation (GELU by tanh) belongs to the first product; bias, residual sum and layer normalization "
        "to the second, whose rows are whole.",
    ),
)


def golden(cut: Cut) -> str:
    """The text of a golden file."""
    head = [f"// {line}" for line in wrap(cut.about, 116)]
    command = f"// examples/{cut.model}.mlir, contractions {cut.first} to {cut.last}, after {PIPELINE}"
    return "\n".join([command, *head, "", *_described(_cut_out(_regions(cut.model), cut))]) + "\n"


@cache
def _regions(model: str) -> tuple[BoundRegionOp, ...]:
    context = make_context()
    module = read_stablehlo((EXAMPLES / f"{model}.mlir").read_bytes(), model)
    pipelines.run(PIPELINE, context, module)
    return tuple(op for op in _main_ops(module) if isinstance(op, BoundRegionOp))


def _main_ops(module: ModuleOp) -> list[Operation]:
    main = main_of(module)
    assert main is not None, "a model has a @main"
    return list(main.body.block.ops)


def _cut_out(regions: Sequence[BoundRegionOp], cut: Cut) -> tuple[BoundRegionOp, ...]:
    """The regions from the one with the first contraction to the one with the last, and before them what prepares their
    weights."""
    places = [place for place, region in enumerate(regions) if any(op_name(op) in CONTRACTION for op in region.walk())]
    inside = regions[places[cut.first] : places[cut.last] + 1]
    makers = dict.fromkeys(value.owner for region in inside for value in region.operands)
    return (*(each for each in makers if isinstance(each, BoundRegionOp) and each.kind.data is Kind.Prepare), *inside)


def _described(regions: Sequence[BoundRegionOp]) -> Iterator[str]:
    names: dict[Operation, str] = {region: f"r{index}" for index, region in enumerate(regions)}
    for region in regions:
        yield f"{names[region]} {region.kind.data.value}"
        yield from (f"  takes {_source(value, names)} {_shape(value)}" for value in region.operands)
        yield from (f"  does  {line}" for line in wrap(_work(region), 112))
        yield from (f"  gives {_shape(value)} to {_targets(value, names)}" for value in region.results)


def _source(value: SSAValue, names: dict[Operation, str]) -> str:
    if isinstance(value, BlockArgument):
        return "argument"
    assert isinstance(value, OpResult)
    if value.op not in names:
        return "earlier"
    return names[value.op] + (f"#{value.index}" if len(value.op.results) > 1 else "")


def _shape(value: SSAValue) -> str:
    return str(value.type).removeprefix("tensor<").removesuffix(">")


def _targets(value: SSAValue, names: dict[Operation, str]) -> str:
    users = [names.get(use.operation, "later") for use in value.uses]
    return ", ".join(dict.fromkeys(sorted(users, key=lambda name: (name == "later", name))))


def _work(region: BoundRegionOp) -> str:
    names = [_label(op) for op in region.body.block.ops if op_name(op) not in TERMINATORS]
    return " ".join(name for name in names if name)


def _label(op: Operation) -> str:
    name = op_name(op).partition(".")[2]
    if name in ("constant", "broadcast_in_dim", "reshape"):
        return ""
    if name == "reduce":
        inner = [op_name(each).partition(".")[2] for each in op.regions[0].block.ops]
        return f"reduce({inner[0]})"
    return name


def main() -> None:
    """Writes the golden files anew."""
    FOLDER.mkdir(exist_ok=True)
    for cut in CUTS:
        (FOLDER / f"{cut.name}.txt").write_text(golden(cut))


if __name__ == "__main__":
    sys.exit(main())
