"""A module of regions as numbers: what each region does, and the tensors that cross between regions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from dialects.region import BATCH_KEY, ROLE_KEY, BoundRegionOp
from hwmodels.records import Network, Operand, RegionWork, Tensor, Use
from passes.analysis.contraction import contraction_of, macs_of
from passes.analysis.ops import CONTRACTION, TERMINATORS, byte_size, captured, main_of, op_name
from passes.analysis.vector import vector_work_of

TAKING_A_PART = frozenset({"stablehlo.gather", "stablehlo.dynamic_slice", "stablehlo.slice"})
"""Ops that read of their first operand only what they return."""


class NetworkError(Exception):
    """The module is no sequence of regions; the message says what stands between."""


@dataclass(frozen=True)
class NetworkView:
    """A network, and which IR each of its numbers comes from."""

    network: Network
    tensor_of: dict[SSAValue, int]
    """For each value of ``@main`` that a region reads or writes its index in ``network.tensors``."""
    regions: tuple[BoundRegionOp, ...]
    """The op of each of ``network.regions``."""


def network_of(module: ModuleOp) -> Network:
    """The network of a module after ``form-regions`` or any later pass. Raises ``NetworkError`` for another module."""
    return network_view(module).network


def network_view(module: ModuleOp) -> NetworkView:
    """As ``network_of``, with the way back to the IR."""
    main = main_of(module)
    if main is None:
        raise NetworkError("the module has no function @main with a body")
    regions = _regions(main)
    values = [*(argument for argument in main.args if argument.uses), *(r for op in regions for r in op.results)]
    tensor_of: dict[SSAValue, int] = {value: index for index, value in enumerate(values)}
    consumers: dict[SSAValue, list[int]] = {value: [] for value in values}
    for index, op in enumerate(regions):
        for value in dict.fromkeys(op.operands):
            consumers[value].append(index)
    index_of = {op: index for index, op in enumerate(regions)}
    terminator = main.get_return_op()
    returned = frozenset(terminator.operands) if terminator else frozenset[SSAValue]()
    tensors = tuple(_tensor(main, value, index_of, consumers[value], value in returned) for value in values)
    batch = module.attributes.get(BATCH_KEY)
    network = Network(
        name=module.sym_name.data if module.sym_name else main.sym_name.data,
        batch=batch.value.data if isinstance(batch, IntegerAttr) else 1,
        macs=sum(macs_of(op) for op in main.body.walk()),
        regions=tuple(_region_work(op, tensor_of) for op in regions),
        tensors=tensors,
    )
    return NetworkView(network, tensor_of, regions)


def _regions(main: FuncOp) -> tuple[BoundRegionOp, ...]:
    regions: list[BoundRegionOp] = []
    for op in main.body.block.ops:
        if isinstance(op, BoundRegionOp):
            regions.append(op)
        elif op_name(op) not in TERMINATORS:
            raise NetworkError(f"@{main.sym_name.data} has {op_name(op)} outside any region; run form-regions first")
    return tuple(regions)


def _tensor(
    main: FuncOp, value: SSAValue, index_of: dict[BoundRegionOp, int], consumers: list[int], is_returned: bool
) -> Tensor:
    owner = value.owner
    if isinstance(value, BlockArgument):
        name = value.name_hint or f"arg{value.index}"
        return Tensor(name, byte_size(value), _argument_role(main, value), -1, tuple(consumers))
    assert isinstance(owner, BoundRegionOp), "a value of @main is an argument or the result of a region"
    name = owner.region_name.data
    if len(owner.results) > 1:
        name = f"{name}:{owner.results.index(value)}"
    role = "output" if is_returned else "activation"
    return Tensor(name, byte_size(value), role, index_of[owner], tuple(consumers))


def _argument_role(main: FuncOp, argument: BlockArgument) -> Literal["weight", "input"]:
    role = main.arg_attrs.data[argument.index].data.get(ROLE_KEY) if main.arg_attrs else None
    return "weight" if role == StringAttr("weight") else "input"


def _region_work(op: BoundRegionOp, tensor_of: dict[SSAValue, int]) -> RegionWork:
    body = op.body_block
    contraction = next((inner for inner in body.ops if op_name(inner) in CONTRACTION), None)
    feeds = _feeds(body, contraction)
    return RegionWork(
        name=op.region_name.data,
        kind=op.kind.data.value,
        ops=tuple(op_name(inner).partition(".")[2] for inner in body.ops if op_name(inner) not in TERMINATORS),
        contraction=None if contraction is None else contraction_of(contraction),
        vector=vector_work_of(body),
        reads=tuple(
            Use(tensor_of[value], feeds.get(argument, "vector"), _fraction_read(argument))
            for argument, value in zip(body.args, op.operands, strict=True)
        ),
        writes=tuple(tensor_of[value] for value in op.results),
    )


def _fraction_read(argument: BlockArgument) -> float:
    """Share of an operand's bytes that a body reads: what it takes out, where every use only takes a part out."""
    taken = 0
    for use in argument.uses:
        if op_name(use.operation) not in TAKING_A_PART or use.index != 0:
            return 1.0
        taken += byte_size(use.operation.results[0])
    size = byte_size(argument)
    return min(1.0, taken / size) if size else 1.0


def _feeds(body: Block, contraction: Operation | None) -> dict[SSAValue, Operand]:
    """For the arguments of a body that a contraction depends on whether they make its left or right operand."""
    if contraction is None:
        return {}
    feeds: dict[SSAValue, Operand] = {}
    for source in _sources(contraction.operands[1]):
        feeds[source] = "weight"
    # What makes both operands moves as the left one does: a region holds one copy of it.
    for source in _sources(contraction.operands[0]):
        feeds[source] = "input"
    return feeds


def _sources(value: SSAValue) -> Iterator[SSAValue]:
    """Block arguments that a value of the body is computed from."""
    seen = {value}
    pending = [value]
    while pending:
        found = pending.pop()
        owner = found.owner
        if isinstance(owner, Block):
            yield found
            continue
        for operand in captured(owner):
            if operand not in seen:
                seen.add(operand)
                pending.append(operand)
