"""Roles of the arguments of a model."""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, StringAttr
from xdsl.dialects.func import FuncOp

from dialects.region import ROLE_KEY
from passes.analysis.batch import Batch


def mark_roles(function: FuncOp, batch: Batch) -> None:
    """Marks each argument ``region.role = "input"`` or ``"weight"``, and keeps its other attributes."""
    inputs = {*batch.inputs, *batch.scalars}
    function.arg_attrs = ArrayAttr(
        DictionaryAttr({**attributes.data, ROLE_KEY: StringAttr("input" if index in inputs else "weight")})
        for index, attributes in enumerate(argument_attributes(function))
    )


def argument_attributes(function: FuncOp) -> tuple[DictionaryAttr, ...]:
    """The attributes of each argument, also where the function lists none."""
    return function.arg_attrs.data if function.arg_attrs else (DictionaryAttr({}),) * len(function.args)


def has_roles(function: FuncOp) -> bool:
    """Whether every argument has its role already."""
    return all(ROLE_KEY in attributes.data for attributes in argument_attributes(function))
