"""One forward walk that applies rewrite rules to each op, and what such rules are.

A rule looks at an op and at what its operands come from, never at its users. When the walk comes to an op, its operands
have been rewritten already, and what a rule puts in is rewritten at once: one walk reaches the fixed point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation, SSAValue
from xdsl.transforms.dead_code_elimination import is_trivially_dead

from passes.analysis.ops import op_name

Add: TypeAlias = Callable[[Operation], SSAValue]
"""Puts a new op in front of the one that is rewritten; its first result."""

Rule: TypeAlias = Callable[[Any, Add], SSAValue | Sequence[SSAValue] | None]
"""What takes the place of an op's results; None where the rule does not apply."""

Rules: TypeAlias = Mapping[str, Sequence[Rule]]
"""Rules by the printed name of the op that they rewrite, in the order in which they are tried."""


def rewrite_forward(module: ModuleOp, rules: Rules) -> None:
    """Applies ``rules`` to every op of the module, then erases the ops without effect that nothing uses."""
    for op in list(module.walk()):
        if op.parent is not None:
            _rewrite(op, rules)
    erase_dead_ops(module)


def _rewrite(op: Operation, rules: Rules) -> None:
    added: list[Operation] = []

    def add(new: Operation) -> SSAValue:
        assert op.parent is not None, "an op of the walk lies in a block"
        new.location = op.location
        op.parent.insert_op_before(new, op)
        added.append(new)
        return new.results[0]

    for rule in rules.get(op_name(op), ()):
        found = rule(op, add)
        if found is not None:
            replace_op(op, (found,) if isinstance(found, SSAValue) else found)
            break
    for new in added:
        _rewrite(new, rules)


def replace_op(op: Operation, values: Sequence[SSAValue]) -> None:
    """Puts ``values`` in place of the results of ``op``, and erases it."""
    for result, value in zip(op.results, values, strict=True):
        value.name_hint = value.name_hint or result.name_hint
        result.replace_all_uses_with(value)
    op.detach()
    op.erase()


def erase_dead_ops(module: ModuleOp) -> None:
    """Erases the ops without effect that nothing uses, and what only they used."""
    for op in reversed(list(module.walk())):
        # xDSL's dialect lacks the tuple, whose effects it therefore does not know.
        is_unused_tuple = op_name(op) == "stablehlo.tuple" and not any(result.uses for result in op.results)
        if op.parent is not None and (is_unused_tuple or is_trivially_dead(op)):
            op.detach()
            op.erase()
