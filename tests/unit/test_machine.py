"""Machines as IR and as records."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xdsl.context import Context
from xdsl.dialects.builtin import Builtin, ModuleOp
from xdsl.parser import Parser
from xdsl.printer import Printer
from xdsl.utils.exceptions import PassFailedException

from dialects.arch import AcceleratorOp, Arch, ChoiceAttr, RangeAttr
from hwmodels.records import Machine
from passes.analysis.machine import accelerator_of, find_accelerator, machine_of, spaces_of

MACHINE = Machine(
    name="fast-large",
    node_nm=7,
    clock_hz=1e9,
    dram_kind="gddr6",
    dram_channel_bytes_per_s=5.6e10,
    dram_channels=8,
    pe_x=16,
    pe_y=4,
    array_rows=32,
    array_columns=64,
    vector_multiplier=2,
    l1_shared=1,
    l1_input_bytes=1024,
    l1_weight_bytes=2048,
    l1_output_bytes=4096,
    l2_enabled=1,
    l2_shared=0,
    l2_input_multiplier=2,
    l2_weight_multiplier=4,
    l2_output_multiplier=8,
    global_buffer_bytes=1 << 27,
    native_batch=128,
    dtype="bf16",
    host_bytes_per_s=3.2e10,
    link_bytes_per_s=6.4e10,
)
"""Every field has a value that no other field of its kind has, so a mix-up shows."""


def read(text: str) -> ModuleOp:
    context = Context()
    context.load_dialect(Builtin)
    context.load_dialect(Arch)
    module = Parser(context, text).parse_module()
    module.verify()
    return module


def read_machine(text: str) -> Machine:
    return machine_of(find_accelerator(read(text)))


def generic(op: AcceleratorOp) -> str:
    stream = StringIO()
    Printer(stream, print_generic_format=True).print_op(op)
    return stream.getvalue()


def test_text_says_what_the_record_says() -> None:
    text = str(accelerator_of(MACHINE))
    assert text.splitlines() == [
        'arch.accelerator @"fast-large" clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 128 '
        "host_bytes_per_s 32000000000 link_bytes_per_s 64000000000 {",
        '  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10',
        "  arch.global_buffer bytes 134217728",
        "  arch.pe_grid x 16 y 4",
        "  arch.l2 private input_multiplier 2 weight_multiplier 4 output_multiplier 8",
        "  arch.l1 shared input 1024 weight 2048 output 4096",
        "  arch.systolic_array rows 32 columns 64",
        "  arch.vector_unit multiplier 2",
        "}",
    ]


def test_interfaces_that_are_not_there_are_not_written() -> None:
    text = str(accelerator_of(replace(MACHINE, host_bytes_per_s=0.0, link_bytes_per_s=0.0)))
    assert text.splitlines()[0].endswith("dtype bf16 native_batch 128 {")


@pytest.mark.parametrize(
    "machine",
    [
        MACHINE,
        replace(MACHINE, host_bytes_per_s=0.0),
        replace(MACHINE, link_bytes_per_s=0.0),
        replace(MACHINE, l1_shared=0, l2_shared=1, global_buffer_bytes=0, dtype="f32"),
        replace(MACHINE, l2_enabled=0, l2_shared=0, dtype="i8"),
    ],
)
def test_machine_survives_both_syntaxes(machine: Machine) -> None:
    op = accelerator_of(machine)
    assert machine_of(op) == machine
    assert read_machine(str(op)) == machine
    assert read_machine(generic(op)) == machine


@settings(deadline=None, max_examples=60)
@given(clock=st.floats(1e-300, 1e300), bandwidth=st.integers(1, 2**53).map(float))
def test_no_bit_of_a_float_is_lost(clock: float, bandwidth: float) -> None:
    machine = replace(MACHINE, clock_hz=clock, dram_channel_bytes_per_s=bandwidth)
    op = accelerator_of(machine)
    assert read_machine(str(op)) == machine
    assert read_machine(generic(op)) == machine


def test_spaces_survive() -> None:
    spaces = {
        "arch.accelerator": {"native_batch": RangeAttr(1, 256)},
        "arch.pe_grid": {"x": RangeAttr(1, 64), "y": RangeAttr(4, 4)},
        "arch.l1": {"scope": ChoiceAttr(["private", "shared"])},
        "arch.global_buffer": {"bytes": RangeAttr(1 << 20, 1 << 28, zero=True)},
    }
    op = accelerator_of(MACHINE, spaces)
    assert spaces_of(op) == spaces
    assert spaces_of(find_accelerator(read(str(op)))) == spaces


def test_a_relaxed_machine_has_no_ir() -> None:
    with pytest.raises(ValueError, match=r"machine 'fast-large': pe_x is 3\.5; a machine in IR has whole numbers"):
        accelerator_of(replace(MACHINE, pe_x=3.5))


def test_an_unknown_dtype_has_no_ir() -> None:
    with pytest.raises(ValueError, match="dtype 'posit8' is none of bf16, f16, f32, i8"):
        accelerator_of(replace(MACHINE, dtype="posit8"))


def test_the_machine_is_found_beside_other_ops() -> None:
    module = read(str(accelerator_of(MACHINE)) + "\nbuiltin.module {\n}")
    assert find_accelerator(module).sym_name.data == "fast-large"


def test_no_machine_and_two_machines_are_refused() -> None:
    with pytest.raises(PassFailedException, match=r"cost needs a machine: .*; pass --hw NAME or put one"):
        find_accelerator(read("builtin.module {\n}"), "cost")
    two = str(accelerator_of(MACHINE)) + str(accelerator_of(replace(MACHINE, name="other")))
    with pytest.raises(PassFailedException, match="the module has 2"):
        find_accelerator(read(two), "cost")
