"""What a lowered module computes when its contractions follow their schedules; all else is left to a callable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from xdsl.dialects.builtin import ModuleOp, UnregisteredOp
from xdsl.dialects.func import FuncOp, ReturnOp
from xdsl.ir import Block, Operation, Region, SSAValue

from dialects.region import BoundRegionOp, members_of
from dialects.sched import Level, RegionOp, crossing
from fastc.simulator.chain_values import ChainRun, TilePart
from fastc.simulator.network import SimulationError
from fastc.simulator.operands import Array, UnsupportedError, operands_of
from fastc.simulator.tiles import ScheduleError, contract

Run: TypeAlias = Callable[[ModuleOp, Sequence[Array]], Sequence[Array]]
"""Runs ``@main`` of a module of StableHLO."""

Values: TypeAlias = dict[SSAValue, Array]

MOST_TURNS = 1 << 16
"""A loop that has not ended after so many turns is given up."""


def compute(main: FuncOp, arguments: Sequence[Array], run: Run) -> tuple[Array, ...]:
    """The outputs of ``main``, a function of regions with schedules: contractions tile by tile, the rest by ``run``.

    Raises ``SimulationError``, which names the region, where a schedule does not compute its contraction, and where an
    op cannot be computed so.
    """
    block = main.body.block
    return _Interpreter(run).block(block, dict(zip(block.args, arguments, strict=True)))


class _Interpreter:
    def __init__(self, run: Run) -> None:
        self.run = run

    def block(self, block: Block, values: Values) -> tuple[Array, ...]:
        """The operands of the block's last op, ``values`` holding its arguments and what it captures."""
        done: set[Operation] = set()
        for op in block.ops:
            if op is block.last_op:
                return tuple(values[operand] for operand in op.operands)
            if isinstance(op, RegionOp) and op.chain is not None and op not in done:
                done.update(self._chain(op, values))
            if op not in done:
                values.update(zip(op.results, self._op(op, values), strict=True))
        return ()

    def _chain(self, first: RegionOp, values: Values) -> Sequence[Operation]:
        """Runs the chain that begins with ``first``, tile after tile; the ops that have run."""
        members = [op for op in members_of(first) if isinstance(op, RegionOp)]
        done: list[Operation] = [*members]
        op: Operation | None = first
        while op is not None and op is not members[-1]:
            if op not in members:
                # Weights are prepared ahead of all runs.
                values.update(zip(op.results, self._op(op, values), strict=True))
                done.append(op)
            op = op.next_op
        chain = ChainRun(members, values)
        for part in chain.parts():
            chain.take(part, self._region(part.op, chain.inputs(part), part))
        values.update(chain.made)
        return done

    def _op(self, op: Operation, values: Values) -> Sequence[Array]:
        if isinstance(op, RegionOp) and op.facts is not None:
            return self._region(op, [values[operand] for operand in op.operands])
        if isinstance(op, BoundRegionOp):
            body = op.body_block
            inner: Values = dict(zip(body.args, (values[operand] for operand in op.operands), strict=True))
            return self._ops(list(body.ops)[:-1], op.yielded, inner)
        match _name(op):
            case "stablehlo.while":
                return self._loop(op, values)
            case "stablehlo.if" | "stablehlo.case":
                index = int(values[op.operands[0]])
                if _name(op) == "stablehlo.if":
                    index = 0 if index else 1
                chosen = index if 0 <= index < len(op.regions) else len(op.regions) - 1
                return self.block(op.regions[chosen].block, dict(values))
            case _:
                return self._ops([op], op.results, values)

    def _loop(self, op: Operation, values: Values) -> Sequence[Array]:
        carried: Sequence[Array] = [values[operand] for operand in op.operands]
        condition, body = (region.block for region in op.regions)
        for _ in range(MOST_TURNS):
            (again,) = self.block(condition, values | dict(zip(condition.args, carried, strict=True)))
            if not again:
                return carried
            carried = self.block(body, values | dict(zip(body.args, carried, strict=True)))
        raise SimulationError(f"a loop has not ended after {MOST_TURNS} turns")

    def _region(self, op: RegionOp, inputs: Sequence[Array], part: TilePart | None = None) -> Sequence[Array]:
        """What comes before the contraction, the contraction by its schedule, and what comes after it; with ``part``
        what one tile of the region's chain makes of them."""
        body = op.body_block
        values: Values = dict(zip(body.args, inputs, strict=True))
        try:
            self._contraction(op, values, part)
            for reduction in () if part is None else part.reductions:
                array, start = self._ops(_needed(reduction.operands, body, values), reduction.operands, values)
                values[reduction.results[0]] = part.sum_up(reduction, array, start) if part is not None else array
        except (ScheduleError, UnsupportedError) as error:
            raise SimulationError(f"region '{op.region_name.data}': {error}") from error
        after = [each for each in body.ops if not any(result in values for result in each.results)]
        return self._ops(after[:-1], op.yielded, values)

    def _contraction(self, op: RegionOp, values: Values, part: TilePart | None) -> None:
        """Adds the contraction's result to ``values``, if there is one."""
        contraction, schedule = op.contraction, op.facts
        if contraction is None or schedule is None:
            return
        before = _needed(contraction.operands, op.body_block, values)
        left, right = self._ops(before, contraction.operands, values)
        operands = operands_of(contraction, left, right)
        in_dram = crossing(op, contraction, schedule.loops.get(Level.Global, ()))
        compute_tiles = contract if part is None else part.contract
        values[contraction.results[0]] = operands.restore(compute_tiles(schedule, operands, in_dram))

    def _ops(self, ops: Sequence[Operation], wanted: Sequence[SSAValue], values: Values) -> Sequence[Array]:
        """The values ``wanted`` of ``ops``, which use only each other and ``values``."""
        made = {result for op in ops for result in op.results}
        if not any(value in made for value in wanted):
            return [values[value] for value in wanted]
        used = dict.fromkeys(
            operand for op in ops for inner in op.walk() for operand in inner.operands if operand in values
        )
        given = [value for value in (*used, *(value for value in wanted if value in values)) if value in values]
        given = list(dict.fromkeys(given))
        block = Block(arg_types=[value.type for value in given])
        mapped: dict[SSAValue, SSAValue] = dict(zip(given, block.args, strict=True))
        block.add_ops([op.clone(mapped) for op in ops])
        block.add_op(ReturnOp(*(mapped[value] for value in wanted)))
        types = ([value.type for value in given], [value.type for value in wanted])
        module = ModuleOp([FuncOp("main", types, Region(block))])
        return [np.asarray(value) for value in self.run(module, [values[value] for value in given])]


def _needed(wanted: Sequence[SSAValue], block: Block, known: Values) -> list[Operation]:
    """The ops of ``block`` that ``wanted`` are computed by from what is ``known``, in order."""
    found: set[Operation] = set()
    pending = list(wanted)
    while pending:
        value = pending.pop()
        owner = value.owner
        if value not in known and isinstance(owner, Operation) and owner.parent is block and owner not in found:
            found.add(owner)
            pending += [operand for inner in owner.walk() for operand in inner.operands]
    return [op for op in block.ops if op in found]


def _name(op: Operation) -> str:
    return op.op_name.data if isinstance(op, UnregisteredOp) else op.name
