"""Machines by name or file: presets, machine files, and the space of a search."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.resources import files

from xdsl.dialects.builtin import ModuleOp
from xdsl.utils.exceptions import DiagnosticException, ParseError

from dialects.arch import AcceleratorOp, ChoiceAttr, RangeAttr
from dialects.stablehlo import ExactParser
from fastc.errors import InputError, suggestion
from fastc.files import STANDARD, Source, read, refuse_deep_nesting
from fastc.frontends.context import make_context
from hwmodels.records import Machine
from hwmodels.space import DRAM_KIND, DramKind, Parameter, Space
from hwmodels.technology import dram_kinds, technology
from passes.analysis.machine import machine_of, spaces_of

BASELINE = "tpu-v3-7nm"
"""The preset that results are compared with: the TPU-v3 in the technology of FAST's machines."""

DEFAULT_SPACE = "fast"
"""The space of a search where none is named: FAST's."""

FIELDS = {
    ("arch.accelerator", "native_batch"): "native_batch",
    ("arch.dram", "channels"): "dram_channels",
    ("arch.global_buffer", "bytes"): "global_buffer_bytes",
    ("arch.pe_grid", "x"): "pe_x",
    ("arch.pe_grid", "y"): "pe_y",
    ("arch.l1", "input"): "l1_input_bytes",
    ("arch.l1", "weight"): "l1_weight_bytes",
    ("arch.l1", "output"): "l1_output_bytes",
    ("arch.l2", "input_multiplier"): "l2_input_multiplier",
    ("arch.l2", "weight_multiplier"): "l2_weight_multiplier",
    ("arch.l2", "output_multiplier"): "l2_output_multiplier",
    ("arch.systolic_array", "rows"): "array_rows",
    ("arch.systolic_array", "columns"): "array_columns",
    ("arch.vector_unit", "multiplier"): "vector_multiplier",
}
"""The field of ``hwmodels.records.Machine`` that each sized parameter of the IR sets."""


def preset_names() -> list[str]:
    """The names of the presets, sorted."""
    return sorted(_packaged("presets"))


def load_machine(name: str | AcceleratorOp) -> AcceleratorOp:
    """The machine that ``name`` says: a preset, or a file with one ``arch.accelerator`` (its other ops do not matter).
    One that is there already is that machine.

    Raises InputError where there is none.
    """
    if isinstance(name, AcceleratorOp):
        return name
    presets = _packaged("presets")
    if name in presets:
        return _accelerator_in(presets[name])
    if name == STANDARD or os.sep in name or name.endswith(".mlir") or os.path.exists(name):
        return _accelerator_in(read(name))
    raise InputError(
        f"there is no machine '{name}': neither a preset ({', '.join(sorted(presets))}) nor a file"
        f"{suggestion(name, presets)}"
    )


def load_space(name: str | None, around: str | AcceleratorOp | None = None) -> Space:
    """The space in the file ``name``, or FAST's: the machine there, with the values that its ``space`` entries allow.

    With ``around``, a machine as for ``load_machine``, all that the space leaves open is as that machine has it; its
    own ``space`` entries are the space where no ``name`` is given and it has some. A parameter with one legal value has
    that value and is not searched. Raises InputError where the file has no space at all.
    """
    if around is None:
        return frozen(_space_in(_space_source(name)))
    machine = load_machine(around)
    if name is None and spaces_of(machine):
        return frozen(_space_of(machine, Source(machine.sym_name.data, b"")))
    return frozen(_around(machine_of(machine), _space_in(_space_source(name))))


def _around(machine: Machine, space: Space) -> Space:
    """``space`` with all that it leaves open as ``machine`` has it, and the kind of DRAM that both have as there."""
    rate = machine.dram_channel_bytes_per_s
    kinds = [kind._replace(channel_bytes_per_s=rate) if kind.name == machine.dram_kind else kind
             for kind in space.dram_kinds]  # fmt: skip
    return replace(space, base=machine, dram_kinds=tuple(kinds))


def _space_source(name: str | None) -> Source:
    spaces = _packaged("spaces")
    return spaces[DEFAULT_SPACE] if name is None else spaces[name] if name in spaces else read(name)


def frozen(space: Space) -> Space:
    """``space`` with the parameters that have no choice as part of the machine."""
    fixed = {parameter.name: parameter.values[0] for parameter in space.parameters if len(parameter.values) == 1}
    searched = tuple(parameter for parameter in space.parameters if len(parameter.values) > 1)
    return replace(space, base=space.machine(fixed), parameters=searched)


def _space_in(source: Source) -> Space:
    return _space_of(_accelerator_in(source), source)


def _space_of(accelerator: AcceleratorOp, source: Source) -> Space:
    legal = spaces_of(accelerator)
    if not legal:
        raise InputError(
            f"{source.label}: no op has a space, so there is nothing to search; write one such as "
            "space {x = #arch.range<1 to 256>} on arch.pe_grid"
        )
    parameters = [
        parameter
        for op_name, entries in legal.items()
        for name, values in entries.items()
        for parameter in _parameters(op_name, name, values, source)
    ]
    machine = machine_of(accelerator)
    return Space(machine, tuple(parameters), _dram_kinds(machine, legal.get("arch.dram", {}).get("kind"), source))


def _dram_kinds(machine: Machine, legal: RangeAttr | ChoiceAttr | None, source: Source) -> tuple[DramKind, ...]:
    """The kinds of DRAM to choose from, the slowest channel first; that of ``machine`` is as fast as it is there."""
    if not isinstance(legal, ChoiceAttr):
        return ()
    kinds: list[DramKind] = []
    for name in legal.values:
        if name not in dram_kinds():
            raise InputError(
                f"{source.label}: the space of arch.dram's kind has '{name}', of which there is no data; there is "
                f"{', '.join(dram_kinds())}{suggestion(name, dram_kinds())}"
            )
        usual = technology(machine.node_nm, name).dram.channel_bytes_per_s
        kinds.append(DramKind(name, machine.dram_channel_bytes_per_s if name == machine.dram_kind else usual))
    return tuple(sorted(kinds, key=lambda kind: (kind.channel_bytes_per_s, kind.name)))


def _parameters(op_name: str, name: str, values: RangeAttr | ChoiceAttr, source: Source) -> list[Parameter]:
    if isinstance(values, RangeAttr):
        return [Parameter(FIELDS[op_name, name], tuple(float(value) for value in values.values))]
    words = set(values.values)
    if (op_name, name) == ("arch.dram", "kind"):
        return [Parameter(DRAM_KIND, tuple(float(index) for index in range(len(words))))]
    shared = tuple(sorted({float(word == "shared") for word in words - {"disabled"}}))
    if (op_name, name) == ("arch.l1", "scope"):
        return [Parameter("l1_shared", shared)]
    if (op_name, name) == ("arch.l2", "scope"):
        enabled = tuple(sorted({float(word != "disabled") for word in words}))
        return [Parameter("l2_enabled", enabled), Parameter("l2_shared", shared or (0.0,))]
    raise InputError(f"{source.label}: the search cannot choose {op_name}'s '{name}'; leave it out of the space")


def check_technology(machine: Machine, place: str) -> None:
    """Raise InputError, naming ``place``, where there is no data to cost ``machine`` by."""
    try:
        technology(machine.node_nm, machine.dram_kind)
    except ValueError as error:
        raise InputError(f"{place}: {error}") from None


def insert_machine(module: ModuleOp, machine: AcceleratorOp) -> None:
    """Put a copy of ``machine`` at the top of ``module``, in place of any that is there."""
    remove_machine(module)
    block = module.body.block
    if block.first_op is None:
        block.add_op(machine.clone())
    else:
        block.insert_op_before(machine.clone(), block.first_op)


def remove_machine(module: ModuleOp) -> None:
    """Take every machine out of ``module``."""
    for op in list(module.ops):
        if isinstance(op, AcceleratorOp):
            op.detach()
            op.erase()


def _packaged(folder: str) -> dict[str, Source]:
    """The ``.mlir`` files in a folder of ``hwmodels``, by name."""
    place = files("hwmodels").joinpath(folder)
    if not place.is_dir():
        return {}
    entries = (entry for entry in place.iterdir() if entry.name.endswith(".mlir"))
    return {entry.name.removesuffix(".mlir"): Source(entry.name, entry.read_bytes()) for entry in entries}


def _accelerator_in(source: Source) -> AcceleratorOp:
    if not source.data.strip():
        raise InputError(f"{source.label}: the file is empty; expected one arch.accelerator")
    try:
        refuse_deep_nesting(source)
        text = source.data.decode()
        module = ExactParser(make_context(), text, source.label).parse_module()
        module.verify()
    except UnicodeDecodeError as error:
        raise InputError(
            f"{source.label}: not text: byte {error.start} is not UTF-8; expected one arch.accelerator"
        ) from None
    except RecursionError:
        raise InputError(f"{source.label}: nested too deeply; expected one arch.accelerator") from None
    except ParseError as error:
        raise InputError(str(error).rstrip()) from None
    except (DiagnosticException, ValueError) as error:
        raise InputError(f"{source.label}: {error}") from None
    found = [op for op in module.walk() if isinstance(op, AcceleratorOp)]
    if len(found) != 1:
        raise InputError(f"{source.label}: {len(found)} arch.accelerator; a machine file has exactly one")
    check_technology(machine_of(found[0]), source.label)
    return found[0]
