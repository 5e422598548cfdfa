"""Marking the arguments of a model with their roles."""

from __future__ import annotations

from xdsl.dialects.builtin import ArrayAttr, DictionaryAttr, StringAttr
from xdsl.dialects.func import FuncOp

from dialects.region import ROLE_KEY
from passes.analysis.batch import Batch
from passes.analysis.roles import argument_attributes


def mark_roles(function: FuncOp, batch: Batch) -> None:
    """Marks each argument ``region.role = "input"`` or ``"weight"``, and keeps its other attributes."""
    inputs = {*batch.inputs, *batch.scalars}
    function.arg_attrs = ArrayAttr(
        DictionaryAttr({**attributes.data, ROLE_KEY: StringAttr("input" if index in inputs else "weight")})
        for index, attributes in enumerate(argument_attributes(function))
    )
