"""Roles of the arguments of a model: inputs, or weights, which are the same for every inference."""

from __future__ import annotations

from xdsl.dialects.builtin import DictionaryAttr, StringAttr
from xdsl.dialects.func import FuncOp
from xdsl.ir import BlockArgument

from dialects.region import ROLE_KEY
from passes.analysis.batch import BatchError, batch_of


def argument_attributes(function: FuncOp) -> tuple[DictionaryAttr, ...]:
    """The attributes of each argument, also where the function lists none."""
    return function.arg_attrs.data if function.arg_attrs else (DictionaryAttr({}),) * len(function.args)


def has_roles(function: FuncOp) -> bool:
    """Whether every argument has its role already."""
    return all(ROLE_KEY in attributes.data for attributes in argument_attributes(function))


def weights_of(function: FuncOp) -> tuple[BlockArgument, ...]:
    """The arguments that are weights: those marked so, or, without marks, those that the batch does not reach; none
    where that cannot be told."""
    if has_roles(function):
        weight = StringAttr("weight")
        roles = [attributes.data[ROLE_KEY] for attributes in argument_attributes(function)]
        return tuple(argument for argument in function.args if roles[argument.index] == weight)
    try:
        batch = batch_of(function)
    except BatchError:
        return ()
    inputs = {*batch.inputs, *batch.scalars}
    return tuple(argument for argument in function.args if argument.index not in inputs)
