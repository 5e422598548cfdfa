"""Writes StableHLO text from HLO records: computations, tuples, calls and regions. Ops are in ``hlo.ops``.

Tuples are taken apart: StableHLO's values are arrays. ``call`` becomes ``func.call``; a fusion's computation is written
out where it is used. A layout says how bytes lie, not what an op computes, so it matters to ``bitcast`` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from fastc.frontends.hlo.literals import tensor_type
from fastc.frontends.hlo.parser import HloError
from fastc.frontends.hlo.records import ArrayShape, Computation, HloModule, Instruction, Shape


@dataclass(frozen=True, slots=True)
class Value:
    """An SSA value of the text."""

    name: str
    shape: ArrayShape
    type: str


Tree: TypeAlias = "Value | tuple[Tree, ...]"
"""The value of an HLO instruction: an array, or a tuple of such trees."""


Convert: TypeAlias = "Callable[[Writer, Instruction, Sequence[Tree]], Tree]"
"""Writes the ops of one instruction and returns its value."""


def leaves(tree: Tree) -> Iterator[Value]:
    """The arrays of a tree, from left to right."""
    if isinstance(tree, Value):
        yield tree
    else:
        for each in tree:
            yield from leaves(each)


def array_shapes(shape: Shape) -> Iterator[ArrayShape]:
    """The arrays of a shape, from left to right."""
    if isinstance(shape, ArrayShape):
        yield shape
    else:
        for each in shape.elements:
            yield from array_shapes(each)


def fits(tree: Tree, shape: Shape) -> bool:
    """Whether a value has this shape, layouts aside."""
    if isinstance(tree, Value):
        return isinstance(shape, ArrayShape) and (tree.shape.element, tree.shape.dims) == (shape.element, shape.dims)
    return (
        not isinstance(shape, ArrayShape)
        and len(tree) == len(shape.elements)
        and all(fits(each, part) for each, part in zip(tree, shape.elements, strict=True))
    )


def reshaped(tree: Tree, shape: Shape) -> Tree:
    """The same values with the layouts that ``shape``, which they fit, gives them."""
    if isinstance(tree, Value):
        return replace(tree, shape=shape) if isinstance(shape, ArrayShape) else tree
    parts = shape.elements if not isinstance(shape, ArrayShape) else ()
    return tuple(reshaped(each, part) for each, part in zip(tree, parts, strict=True))


def shape_text(tree: Tree) -> str:
    """The shape of a value, for messages."""
    return str(tree.shape) if isinstance(tree, Value) else f"({', '.join(map(shape_text, tree))})"


class Writer:
    """Writes one module; ops append lines through it."""

    def __init__(self, module: HloModule, file: str, convert: Convert):
        self.convert = convert
        self.file = file.replace("\\", "\\\\").replace('"', '\\"')
        self.computations = {each.name: each for each in module.computations}
        self.functions: dict[str, str] = {}
        """The text of each function that a call needs, by the name of its computation."""
        self.lines: list[str] = []
        self.count = 0

    def fresh(self, shape: ArrayShape, at: Instruction) -> Value:
        """A new value of this shape."""
        self.count += 1
        try:
            return Value(f"%{self.count}", shape, tensor_type(shape))
        except ValueError as error:
            raise HloError(at.line, at.column, f"{at.name}: {error}") from None

    def fresh_tree(self, shape: Shape, at: Instruction) -> Tree:
        """New values for every array of a shape."""
        if isinstance(shape, ArrayShape):
            return self.fresh(shape, at)
        return tuple(self.fresh_tree(each, at) for each in shape.elements)

    def location(self, at: Instruction) -> str:
        """Where an instruction stands, as MLIR writes it."""
        return f'loc("{self.file}":{at.line}:{at.column})'

    def op(
        self,
        at: Instruction,
        name: str,
        operands: Sequence[Value],
        shape: Shape,
        attributes: Mapping[str, str] | None = None,
        regions: Sequence[str] = (),
    ) -> Tree:
        """Write an op and return its results, as a tree of this shape."""
        result = self.fresh_tree(shape, at)
        results = list(leaves(result))
        left = f"{', '.join(each.name for each in results)} = " if results else ""
        values = ", ".join(f"{key} = {value}" for key, value in (attributes or {}).items())
        properties = f" <{{{values}}}>" if values else ""
        bodies = f" ({', '.join(regions)})" if regions else ""
        types = f"({', '.join(each.type for each in operands)}) -> ({', '.join(each.type for each in results)})"
        arguments = ", ".join(each.name for each in operands)
        self.lines.append(f'{left}"{name}"({arguments}){properties}{bodies} : {types} {self.location(at)}')
        return result

    def called(self, name: str, at: Instruction) -> Computation:
        """The computation that ``at`` calls. It stands above the caller, so nothing can call itself."""
        computation = self.computations.get(name)
        if computation is None or computation.place >= (at.line, at.column):
            raise HloError(at.line, at.column, f"{at.name} calls {name}, but no computation above has that name")
        return computation

    def region(self, name: str, at: Instruction, arguments: Sequence[Tree] | None = None) -> str:
        """A region that runs the computation ``name``.

        With ``arguments`` it takes them from outside; without, it has block arguments for its own parameters."""
        computation = self.called(name, at)
        outer, self.lines = self.lines, []
        header = ""
        if arguments is None:
            arguments = [self.fresh_tree(each.shape, each) for each in parameters(computation)]
            flat = [value for tree in arguments for value in leaves(tree)]
            header = f"^bb0({', '.join(f'{value.name}: {value.type}' for value in flat)}):\n"
        self.write_return("stablehlo.return", self.inline(computation, arguments, at), computation.root)
        body, self.lines = "\n".join(self.lines), outer
        return f"{{\n{header}{body}\n}}"

    def write_return(self, name: str, result: Tree, at: Instruction) -> None:
        """Write a terminator."""
        values = list(leaves(result))
        types = ", ".join(value.type for value in values)
        self.lines.append(
            f'"{name}"({", ".join(value.name for value in values)}) : ({types}) -> () {self.location(at)}'
        )

    def inline(self, computation: Computation, arguments: Sequence[Tree], at: Instruction) -> Tree:
        """Write the body of a computation here and return its root."""
        expected = parameters(computation)
        if len(arguments) != len(expected):
            raise HloError(
                at.line,
                at.column,
                f"{computation.name} takes {len(expected)} parameters, but {at.name} gives {len(arguments)}",
            )
        values: dict[str, Tree] = {}
        for parameter, argument in zip(expected, arguments, strict=True):
            if not fits(argument, parameter.shape):
                raise HloError(
                    at.line,
                    at.column,
                    f"{at.name} gives {shape_text(argument)} for the parameter {parameter.name} of {computation.name}, "
                    f"which is {parameter.shape}",
                )
            values[parameter.name] = reshaped(argument, parameter.shape)
        for instruction in computation.instructions:
            if instruction.opcode != "parameter":
                values[instruction.name] = self.instruction(instruction, values)
        return values[computation.root.name]

    def instruction(self, instruction: Instruction, values: Mapping[str, Tree]) -> Tree:
        """Write one instruction and return its value."""
        operands: list[Tree] = []
        for name in instruction.operands:
            if name not in values:
                raise HloError(
                    instruction.line, instruction.column, f"{instruction.name} uses {name}, which no line above defines"
                )
            operands.append(values[name])
        result = self.convert(self, instruction, operands)
        if not fits(result, instruction.shape):
            raise HloError(
                instruction.line,
                instruction.column,
                f"{instruction.name} is {instruction.shape}, but its {instruction.opcode} gives {shape_text(result)}",
            )
        return reshaped(result, instruction.shape)

    def function(self, computation: Computation, symbol: str, at: Instruction, visibility: str = "private") -> str:
        """A ``func.func`` that runs a computation; ``symbol`` is its name."""
        outer, self.lines = self.lines, []
        arguments = [self.fresh_tree(each.shape, each) for each in parameters(computation)]
        result = self.inline(computation, arguments, at)
        self.write_return("func.return", result, computation.root)
        body, self.lines = "\n".join(self.lines), outer
        flat = [value for tree in arguments for value in leaves(tree)]
        takes = ", ".join(f"{value.name}: {value.type}" for value in flat)
        gives = ", ".join(value.type for value in leaves(result))
        return f'func.func {visibility} @"{symbol}"({takes}) -> ({gives}) {{\n{body}\n}} {self.location(at)}'

    def call(self, name: str, arguments: Sequence[Tree], at: Instruction) -> Tree:
        """Write a call of the function that runs the computation ``name``, and that function where it is the first."""
        computation = self.called(name, at)
        symbol = "main.callee" if name == "main" else name
        if name not in self.functions:
            self.functions[name] = self.function(computation, symbol, computation.root)
        expected = [each.shape for each in parameters(computation)]
        if len(expected) != len(arguments) or not all(map(fits, arguments, expected)):
            raise HloError(
                at.line,
                at.column,
                f"{name} takes ({', '.join(map(str, expected))}), but {at.name} gives "
                f"({', '.join(map(shape_text, arguments))})",
            )
        flat = [value for tree in arguments for value in leaves(tree)]
        return self.op(at, "func.call", flat, computation.root.shape, {"callee": f'@"{symbol}"'})


def parameters(computation: Computation) -> list[Instruction]:
    """The parameters of a computation in the order of their numbers."""
    numbered: dict[int, Instruction] = {}
    for each in computation.instructions:
        if each.opcode != "parameter":
            continue
        if not each.literal.strip().isdecimal() or int(each.literal) in numbered:
            raise HloError(
                each.line, each.column, f"{each.name}: each parameter of {computation.name} needs its own number"
            )
        numbered[int(each.literal)] = each
    if sorted(numbered) != list(range(len(numbered))):
        raise HloError(
            computation.line, 1, f"the parameters of {computation.name} must be numbered 0 to {len(numbered) - 1}"
        )
    return [numbered[index] for index in range(len(numbered))]
