"""A module of regions as numbers: what each region does, and the tensors that cross between regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from xdsl.dialects.builtin import IntegerAttr, ModuleOp, StringAttr
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, BlockArgument, Operation, SSAValue

from dialects.region import BATCH_KEY, ROLE_KEY, BoundRegionOp, Space
from hwmodels.records import Network, Operand, RegionWork, Tensor, Use, Write
from passes.analysis.chains import ChainError, prove_chain, slice_bytes, tiling_of
from passes.analysis.contraction import contraction_of, macs_of
from passes.analysis.control import CONTROL, carried_from_outside, runs_of
from passes.analysis.ops import CONTRACTION, TERMINATORS, byte_size, captured, elements, main_of, op_name
from passes.analysis.updates import Updates
from passes.analysis.vector import vector_work_of


class NetworkError(Exception):
    """The module is no sequence of regions; the message says what stands between."""


@dataclass(frozen=True)
class NetworkView:
    """A network, and which IR each of its numbers comes from."""

    network: Network
    tensor_of: dict[SSAValue, int]
    """For each value that a region reads or writes its index in ``network.tensors``."""
    regions: tuple[BoundRegionOp, ...]
    """The op of each of ``network.regions``."""


def network_of(module: ModuleOp, *, most: float = 1.0) -> Network:
    """The network of a module after ``form-regions`` or any later pass. Raises ``NetworkError`` for another module.

    ``most``: the greatest share of a tensor that a region may be said to read or write, also where it takes out more
    than there is.
    """
    return network_view(module, most=most).network


def network_view(module: ModuleOp, *, most: float = 1.0) -> NetworkView:
    """As ``network_of``, with the way back to the IR.

    Regions in the bodies of loops and branches stand where they run first. A prepared weight is a weight like any
    other; the regions that prepare them are no part of a run, and left out.
    """
    main = main_of(module)
    if main is None:
        raise NetworkError("the module has no function @main with a body")
    regions = tuple(_regions(main.body.block, main.sym_name.data))
    try:
        for op in regions:
            prove_chain(op)
    except ChainError as error:
        raise NetworkError(f"chain: {error}") from error
    tensor_of = _number_tensors(main, regions)
    consumers: dict[int, list[int]] = {index: [] for index in tensor_of.values()}
    for index, op in enumerate(regions):
        for tensor in dict.fromkeys(tensor_of[value] for value in op.operands):
            consumers[tensor].append(index)
    writers: dict[SSAValue, int] = {value: index for index, op in enumerate(regions) for value in op.results}
    updates = Updates(tensor_of, consumers, {op: index for index, op in enumerate(regions)})
    homes = {index: value for value, index in reversed(tensor_of.items())}
    tensors = tuple(
        _tensor(main, homes[index], writers.get(homes[index], -1), tuple(consumers[index]), updates)
        for index in range(len(homes))
    )
    batch = module.attributes.get(BATCH_KEY)
    network = Network(
        name=module.sym_name.data if module.sym_name else main.sym_name.data,
        batch=batch.value.data if isinstance(batch, IntegerAttr) else 1,
        macs=sum(runs_of(op) * macs_of(inner) for op in regions for inner in op.body_block.ops),
        regions=tuple(_region_work(op, tensor_of, updates, most) for op in regions),
        tensors=tensors,
    )
    return NetworkView(network, tensor_of, regions)


def _regions(block: Block, function: str) -> Iterator[BoundRegionOp]:
    """The regions that run, in order; scalars that steer loops are no work."""
    for op in block.ops:
        if isinstance(op, BoundRegionOp):
            if not op.is_preparation:
                yield op
        elif op_name(op) in CONTROL:
            for region in op.regions:
                yield from _regions(region.block, function)
        elif op_name(op) not in TERMINATORS and any(elements(value) != 1 for value in (*op.operands, *op.results)):
            raise NetworkError(f"@{function} has {op_name(op)} outside any region; run form-regions first")


def _number_tensors(main: FuncOp, regions: Sequence[BoundRegionOp]) -> dict[SSAValue, int]:
    """An index for each value that regions read or write, the same for what a loop hands on unchanged; arguments first,
    then prepared weights, then the rest in the order in which it appears."""
    home: dict[SSAValue, SSAValue] = {value: carried_from_outside(value) for op in regions for value in op.operands}
    read = set(home.values())
    values: dict[SSAValue, None] = {
        argument: None for argument in main.args if argument in read or _is_returned(argument)
    }
    for op in main.body.block.ops:
        if isinstance(op, BoundRegionOp) and op.is_preparation:
            values.update((result, None) for result in op.results if result in read)
    for op in regions:
        values.update((home[value], None) for value in op.operands)
        values.update((result, None) for result in op.results)
    index_of = {value: index for index, value in enumerate(values)}
    return index_of | {value: index_of[origin] for value, origin in home.items()}


def _is_returned(value: SSAValue) -> bool:
    return any(isinstance(use.operation, ReturnOp) for use in value.uses)


def _tensor(main: FuncOp, value: SSAValue, producer: int, consumers: tuple[int, ...], updates: Updates) -> Tensor:
    owner = value.owner
    if isinstance(value, BlockArgument) and value.block is main.body.block:
        name = value.name_hint or f"arg{value.index}"
        return Tensor(name, byte_size(value), _argument_role(main, value), -1, consumers)
    if not isinstance(owner, BoundRegionOp):
        return Tensor(value.name_hint or "carried", byte_size(value), "state", -1, consumers)
    name = owner.region_name.data
    if len(owner.results) > 1:
        name = f"{name}:{owner.results.index(value)}"
    slices = (0.0, 0.0)
    if owner.chain is not None and owner.space_of(value) == Space.Tile:
        slices = slice_bytes(owner.chain, byte_size(value))
    return Tensor(name, byte_size(value), _result_role(value, owner, updates), producer, consumers, *slices)


def _result_role(
    value: SSAValue, owner: BoundRegionOp, updates: Updates
) -> Literal["weight", "activation", "output", "state"]:
    if owner.is_preparation:
        return "weight"
    if _is_returned(value):
        return "output"
    # What loops and branches take, hand on, or read again on each turn is where every turn finds it.
    leaves = any(
        use.operation.parent is not owner.parent or not isinstance(use.operation, BoundRegionOp) for use in value.uses
    )
    return "state" if leaves or updates.is_in_place(value) else "activation"


def _argument_role(main: FuncOp, argument: BlockArgument) -> Literal["weight", "input"]:
    role = main.arg_attrs.data[argument.index].data.get(ROLE_KEY) if main.arg_attrs else None
    return "weight" if role == StringAttr("weight") else "input"


def _region_work(op: BoundRegionOp, tensor_of: dict[SSAValue, int], updates: Updates, most: float) -> RegionWork:
    body = op.body_block
    contraction = next((inner for inner in body.ops if op_name(inner) in CONTRACTION), None)
    feeds = _feeds(body, contraction)
    reads = tuple(
        Use(
            tensor_of[value],
            feeds.get(argument, "vector"),
            min(most, updates.fraction_read(argument)),
            updates.runs_read(argument),
        )
        for argument, value in zip(body.args, op.operands, strict=True)
    )
    writes = tuple(
        Write(tensor_of[value], min(most, updates.fraction_written(value)), updates.runs_written(value))
        for value in op.results
    )
    return RegionWork(
        name=op.region_name.data,
        kind=op.kind.data.value,
        ops=tuple(op_name(inner).partition(".")[2] for inner in body.ops if op_name(inner) not in TERMINATORS),
        contraction=None if contraction is None else contraction_of(contraction),
        vector=vector_work_of(body),
        reads=reads,
        writes=writes,
        runs=runs_of(op),
        tiling=None if op.chain is None else tiling_of(op, op.chain, reads, writes),
    )


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
