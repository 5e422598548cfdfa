"""A function of JAX run operation by operation with NumPy, so that XLA need not compile it.

XLA takes milliseconds to compile an operation, NumPy microseconds to run it. The relaxed objective with its gradient
has tens of thousands of them and runs some sixty times: compiling it takes half a minute, running it by NumPy a few
seconds. JAX traces and differentiates it all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import numpy as np
from jax.extend.core import Literal

from fastc.dse import operations
from fastc.dse.operations import Operation

CONSTANT, FIXED, VARYING = range(3)
"""When a value is computed: when the program is made; once a run; in each turn of a loop."""

CALLS = ("jit", "closed_call", "custom_jvp_call", "custom_vjp_call")
"""What only holds other operations."""

KEYED_SIZE = 64
"""Constants of so many elements at most are recognised when they come again."""


class Value(NamedTuple):
    """What an operation gives."""

    shape: tuple[int, ...]
    """As it is kept: 1 along dimensions in which it is the same everywhere."""
    full: tuple[int, ...]
    """As JAX has it."""
    since: int
    """``CONSTANT``, ``FIXED`` or ``VARYING``."""
    constant: Any = None


class Step(NamedTuple):
    """One operation of a program."""

    run: Operation
    sources: tuple[int, ...]
    target: int


@dataclass
class Builder:
    """Collects the operations of a program; the same operation on the same values is there once."""

    values: list[Value] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    known: dict[Any, int] = field(default_factory=dict)

    def add(self, value: Value) -> int:
        """The number of a new value."""
        self.values.append(value)
        return len(self.values) - 1

    def constant(self, array: Any, full: tuple[int, ...] | None = None) -> int:
        """The number of a value that is known."""
        array = np.asarray(array)
        shape = array.shape if full is None else full
        key = (array.dtype.str, array.shape, shape, array.tobytes()) if array.size <= KEYED_SIZE else None
        if key not in self.known:
            number = self.add(Value(array.shape, shape, CONSTANT, array))
            if key is None:
                return number
            self.known[key] = number
        return self.known[key]

    def emit(
        self, key: Any, run: Operation, sources: tuple[int, ...], shape: tuple[int, ...], full: tuple[int, ...]
    ) -> int:
        """The number of what ``run`` gives for ``sources``; ``key`` tells it from other operations."""
        known = (key, sources, full)
        if known not in self.known:
            since = max((self.values[source].since for source in sources), default=CONSTANT)
            if since == CONSTANT:
                self.known[known] = self.constant(run(*(self.values[source].constant for source in sources)), full)
            else:
                self.known[known] = self.add(Value(shape, full, since))
                self.steps.append(Step(run, sources, self.known[known]))
        return self.known[known]

    def whole(self, number: int) -> int:
        """The value with all its elements written out."""
        value = self.values[number]
        if value.shape == value.full:
            return number
        full = value.full
        return self.emit("whole", lambda x: np.broadcast_to(x, full), (number,), full, full)

    def read(self, jaxpr: Any, inputs: Sequence[int], constants: Sequence[Any]) -> list[int]:
        """Add all that ``jaxpr`` does; the numbers of its results."""
        numbers: dict[Any, int] = dict(zip(jaxpr.invars, inputs, strict=True))
        numbers |= {v: self.constant(value) for v, value in zip(jaxpr.constvars, constants, strict=True)}

        def number(variable: Any) -> int:
            if isinstance(variable, Literal):
                kind: Any = variable.aval
                return self.constant(np.asarray(variable.val, kind.dtype))
            return numbers[variable]

        for equation in jaxpr.eqns:
            results = self._equation(equation, tuple(number(variable) for variable in equation.invars))
            numbers.update(zip(equation.outvars, results, strict=True))
        return [number(variable) for variable in jaxpr.outvars]

    def _equation(self, equation: Any, inputs: tuple[int, ...]) -> Sequence[int]:
        """Add one operation; the numbers of its results."""
        name, params = equation.primitive.name, equation.params
        if name in CALLS:
            inner = params["jaxpr"] if "jaxpr" in params else params["call_jaxpr"]
            return self.read(inner.jaxpr, inputs, inner.consts)
        if name in ("copy", "stop_gradient"):
            return inputs
        fulls = [variable.aval.shape for variable in equation.outvars]
        # A loop is told by its whole text, which takes long to write, and none is there twice.
        key = (name, None if name == "scan" else tuple((each, str(value)) for each, value in params.items()))
        if name == "broadcast_in_dim":
            return [self._broadcast(inputs[0], params["broadcast_dimensions"], fulls[0])]
        if name == "unstack":
            return [self._at(inputs[0], params["axis"], index, full) for index, full in enumerate(fulls)]
        if len(fulls) == 1 and (run := operations.elementwise(equation)) is not None:
            shape = np.broadcast_shapes(*(self.values[source].shape for source in inputs))
            return [self.emit(key, run, inputs, shape, fulls[0])]
        sources = tuple(self.whole(source) for source in inputs)
        known = [self.values[source].constant for source in sources]
        if equation.primitive.multiple_results:
            run = looped(params, known) if name == "scan" else None
            return self._several(run or operations.by_xla(equation), sources, fulls)
        run = operations.whole(equation, known) or operations.by_xla(equation)
        return [self.emit(key, run, sources, fulls[0], fulls[0])]

    def _broadcast(self, source: int, dimensions: Sequence[int], full: tuple[int, ...]) -> int:
        shape = [1] * len(full)
        for size, dimension in zip(self.values[source].shape, dimensions, strict=True):
            shape[dimension] = size
        wanted = tuple(shape)
        return self.emit(("broadcast", wanted), lambda x: x.reshape(wanted), (source,), wanted, full)

    def _at(self, source: int, axis: int, index: int, full: tuple[int, ...]) -> int:
        where = (*(slice(None),) * axis, index)
        return self.emit(("at", axis, index), lambda x: x[where], (self.whole(source),), full, full)

    def _several(self, run: Operation, sources: tuple[int, ...], fulls: Sequence[tuple[int, ...]]) -> list[int]:
        """Add an operation with several results; it is never done beforehand."""
        together = self.add(Value((), (), max(FIXED, *(self.values[source].since for source in sources))))
        self.steps.append(Step(run, sources, together))
        return [
            self.emit(("result", index), lambda results, i=index: results[i], (together,), full, full)
            for index, full in enumerate(fulls)
        ]


@dataclass(frozen=True)
class Program:
    """Operations over a memory of arrays."""

    memory: tuple[Any, ...]
    """Constants, where there are some."""
    inputs: tuple[int, ...]
    """Places in memory, of those that stay first; likewise below."""
    once: tuple[Step, ...]
    """Of what stays while the others vary."""
    each: tuple[Step, ...]
    """Of the rest."""
    outputs: tuple[int, ...]

    def run(self, inputs: Sequence[Any], turns: int = 1) -> tuple[Any, ...]:
        """What comes out after so many ``turns``; the last inputs of each but the first are what came out before."""
        memory = list(self.memory)
        for place, value in zip(self.inputs, inputs, strict=True):
            memory[place] = value
        with np.errstate(all="ignore"):
            _take(memory, self.once)
            varying = self.inputs[len(self.inputs) - len(self.outputs) :]
            results: tuple[Any, ...] = ()
            for turn in range(turns):
                if turn:
                    for place, value in zip(varying, results, strict=True):
                        memory[place] = value
                _take(memory, self.each)
                results = tuple(memory[place] for place in self.outputs)
        return results


def _take(memory: list[Any], steps: Sequence[Step]) -> None:
    for run, sources, target in steps:
        memory[target] = run(*[memory[source] for source in sources])


def program(jaxpr: Any, constants: Sequence[Any], staying: Sequence[Any] = ()) -> Program:
    """The program of ``jaxpr``, of whose inputs the first stay the same: as many as ``staying`` has values, each None
    where it is not known yet."""
    builder = Builder()
    inputs = [builder.add(Value(v.aval.shape, v.aval.shape, VARYING)) for v in jaxpr.invars]
    for number, known in enumerate(staying):
        since = FIXED if known is None else CONSTANT
        builder.values[number] = builder.values[number]._replace(since=since, constant=known)
    outputs = [builder.whole(number) for number in builder.read(jaxpr, inputs, constants)]
    return _assembled(builder, inputs, outputs)


def _assembled(builder: Builder, inputs: Sequence[int], outputs: Sequence[int]) -> Program:
    """Without what nobody needs; places of what varies are taken again once it was used for the last time."""
    needed, last = set(outputs), dict.fromkeys(outputs, len(builder.steps))
    kept: list[tuple[int, Step]] = []
    for index in range(len(builder.steps) - 1, -1, -1):
        step = builder.steps[index]
        if step.target in needed:
            kept.append((index, step))
            needed.update(step.sources)
            for source in step.sources:
                last.setdefault(source, index)
    memory: list[Any] = []
    place: dict[int, int] = {}
    for number, value in enumerate(builder.values):
        if number in inputs or (number in needed and value.since != VARYING):
            place[number] = len(memory)
            memory.append(value.constant)
    fixed = set(place)
    free: list[int] = []
    once: list[Step] = []
    each: list[Step] = []
    for index, (run, sources, target) in reversed(kept):
        if target not in fixed:
            free += [place[source] for source in {*sources} - fixed if last[source] == index]
            if not free:
                free.append(len(memory))
                memory.append(None)
            place[target] = free.pop()
        steps = each if builder.values[target].since == VARYING else once
        steps.append(Step(run, tuple(place[source] for source in sources), place[target]))
    return Program(
        tuple(memory),
        tuple(place[number] for number in inputs),
        tuple(once),
        tuple(each),
        tuple(place[number] for number in outputs),
    )


def looped(params: dict[str, Any], known: Sequence[Any]) -> Operation | None:
    """A loop (JAX's ``scan``) that carries values and neither reads nor gives one for each turn; None of others."""
    closed, staying = params["jaxpr"], params["num_consts"]
    if staying + params["num_carry"] != len(closed.jaxpr.invars) or params["num_carry"] != len(closed.jaxpr.outvars):
        return None
    body = program(closed.jaxpr, closed.consts, known[:staying])
    return lambda *inputs: body.run(inputs, params["length"])


def interpreted(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function`` of arrays (and tuples of them), traced when it is called first, run by NumPy.

    Shapes and types of the arguments may not change.
    """
    made: list[tuple[Program, list[np.dtype], Any]] = []

    def run(*arguments: Any) -> Any:
        if not made:
            closed, result = jax.make_jaxpr(function, return_shape=True)(*arguments)
            dtypes = [variable.aval.dtype for variable in closed.jaxpr.invars]
            made.append((program(closed.jaxpr, closed.consts), dtypes, jax.tree.structure(result)))
        (whole, dtypes, structure) = made[0]
        flat = jax.tree.leaves(arguments)
        inputs = [np.asarray(value, dtype) for value, dtype in zip(flat, dtypes, strict=True)]
        return jax.tree.unflatten(structure, whole.run(inputs))

    return run
