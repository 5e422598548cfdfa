"""The pass ``inline``: function calls give way to the bodies of the functions they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self, cast

from xdsl.context import Context
from xdsl.dialects.builtin import ArrayAttr, ModuleOp, StringAttr, SymbolRefAttr
from xdsl.dialects.func import CallOp, FuncOp, ReturnOp
from xdsl.ir import Attribute, Operation, SSAValue
from xdsl.passes import ModulePass
from xdsl.utils.exceptions import PassFailedException

from dialects.stablehlo import CompositeOp


@dataclass(frozen=True)
class InlinePass(ModulePass):
    """Replaces each ``func.call`` by the body of its callee and each ``stablehlo.composite`` by its decomposition, also
    inside loops, branches and reductions, and removes private functions that nothing names any more.

    Before::

        func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
          %0 = func.call @relu(%x) : (tensor<4xf32>) -> tensor<4xf32>
          func.return %0 : tensor<4xf32>
        }
        func.func private @relu(%x: tensor<4xf32>) -> tensor<4xf32> {
          %c = stablehlo.constant dense<0.0> : tensor<4xf32>
          %0 = stablehlo.maximum %x, %c : tensor<4xf32>
          func.return %0 : tensor<4xf32>
        }

    After::

        func.func public @main(%x: tensor<4xf32>) -> tensor<4xf32> {
          %c = stablehlo.constant dense<0.0> : tensor<4xf32>
          %0 = stablehlo.maximum %x, %c : tensor<4xf32>
          func.return %0 : tensor<4xf32>
        }

    Calls of functions that have no body stay. A function that calls itself, directly or through others, is refused:
    StableHLO programs are not recursive.
    """

    name = "inline"

    def apply(self, ctx: Context, op: ModuleOp) -> None:
        functions = {function.sym_name.data: function for function in op.ops if isinstance(function, FuncOp)}
        for function in _callees_first(functions):
            for call in _calls(function):
                callee = functions[_callee(call)]
                if callee.body.blocks:
                    _inline_call(call, callee)
        _remove_unused(op, functions)

    @classmethod
    def schedule_space(cls, ctx: Context, module_op: ModuleOp) -> tuple[Self, ...]:
        """The pass has one setting; it has work wherever there is a call."""
        return (cls(),) if any(isinstance(op, CallOp | CompositeOp) for op in module_op.walk()) else ()


def _calls(function: FuncOp) -> list[CallOp | CompositeOp]:
    return [op for op in function.body.walk() if isinstance(op, CallOp | CompositeOp)]


def _callee(call: CallOp | CompositeOp) -> str:
    return (call.callee if isinstance(call, CallOp) else call.decomposition).string_value()


def _callees_first(functions: dict[str, FuncOp]) -> list[FuncOp]:
    """Functions ordered so that each comes after all that it calls."""
    ordered: list[FuncOp] = []
    done: set[str] = set()
    for start in functions:
        path: dict[str, Iterator[str]] = {}
        if start not in done:
            path[start] = _callee_names(functions, start)
        while path:
            name, callees = next(reversed(path.items()))
            callee = next(callees, None)
            if callee is None:
                path.popitem()
                done.add(name)
                ordered.append(functions[name])
            elif callee in path:
                cycle = " -> ".join(f"@{name}" for name in (*list(path)[list(path).index(callee) :], callee))
                raise PassFailedException(
                    f"inline: the calls {cycle} are recursive and can not be inlined; "
                    "express the recursion as stablehlo.while"
                )
            elif callee not in done:
                path[callee] = _callee_names(functions, callee)
    return ordered


def _callee_names(functions: dict[str, FuncOp], name: str) -> Iterator[str]:
    for call in _calls(functions[name]):
        callee = _callee(call)
        if callee not in functions:
            raise PassFailedException(f"inline: @{name} calls @{callee}, which the module does not define")
        if len(functions[callee].body.blocks) > 1:
            raise PassFailedException(
                f"inline: @{callee}, called by @{name}, has {len(functions[callee].body.blocks)} blocks; "
                "only functions of one block can be inlined"
            )
        yield callee


def _inline_call(call: CallOp | CompositeOp, callee: FuncOp) -> None:
    block = call.parent
    assert block is not None, "a call found in a function lies in a block"
    mapped: dict[SSAValue, SSAValue] = dict(zip(callee.args, call.operands, strict=True))
    copies: list[Operation] = []
    for op in callee.body.block.ops:
        if isinstance(op, ReturnOp):
            for result, returned in zip(call.results, op.operands, strict=True):
                value = mapped[returned]
                value.name_hint = value.name_hint or result.name_hint
                result.replace_all_uses_with(value)
        else:
            copies.append(op.clone(mapped))
    block.insert_ops_before(copies, call)
    block.erase_op(call)


def _remove_unused(module: ModuleOp, functions: dict[str, FuncOp]) -> None:
    """Removes private functions that no function reached from a public one names."""
    private = {name for name, function in functions.items() if function.sym_visibility == StringAttr("private")}
    private.discard("main")
    used: set[str] = set()
    pending: list[Operation] = [op for op in module.ops if not isinstance(op, FuncOp)]
    pending += [function for name, function in functions.items() if name not in private]
    while pending:
        for op in pending.pop().walk():
            for name in (*_symbols(op.properties), *_symbols(op.attributes)):
                if name in private and name not in used:
                    used.add(name)
                    pending.append(functions[name])
    for name in private - used:
        functions[name].detach()
        functions[name].erase(safe_erase=False)


def _symbols(attributes: dict[str, Attribute]) -> Iterator[str]:
    """Symbols that attributes name, alone or in a list (such as ``called_computations``)."""
    for attribute in attributes.values():
        entries = cast("ArrayAttr[Attribute]", attribute) if isinstance(attribute, ArrayAttr) else (attribute,)
        for entry in entries:
            if isinstance(entry, SymbolRefAttr):
                yield entry.root_reference.data
