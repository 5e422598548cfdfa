"""Passes in, module out, as mlir-opt does it; it loads no model of hardware and no search, to answer at once."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from xdsl.dialects.builtin import ModuleOp

from dialects.stablehlo import ExactPrinter
from fastc import pipelines
from fastc.files import Source, refuse_deep_nesting
from fastc.frontends import make_context, read_module

SPLIT = b"// -----"
"""Separates the modules of one file under --split-input-file."""


def chunks_of(source: Source, split: bool) -> list[Source]:
    """The file, or under ``split`` each part of it, at its own lines."""
    if not split:
        return [source]
    parts = source.data.split(SPLIT)
    lines = [sum(part.count(b"\n") for part in parts[:index]) for index in range(len(parts))]
    return [Source(source.path, b"\n" * skipped + part) for skipped, part in zip(lines, parts, strict=True)]


def run_passes(
    source: Source,
    pipeline: str,
    hw: str | None = None,
    *,
    verify: bool = True,
    after_each: Callable[[pipelines.Step], None] | None = None,
) -> ModuleOp:
    """The module in ``source`` after ``pipeline``, with the machine ``hw`` at its top if one is named."""
    steps = pipelines.parse(pipeline)
    put_machine = _machine_putter(hw)
    refuse_deep_nesting(source)
    context = make_context()
    module = read_module(source.data, source.label, context)
    put_machine(module)
    pipelines.run(steps, context, module, verify=verify, after_each=after_each)
    return module


def _machine_putter(hw: str | None) -> Callable[[ModuleOp], None]:
    """What puts the machine ``hw`` at the top of a module; it is read now, and without one no machine is imported."""
    if hw is None:
        return lambda _: None
    from fastc.machines import insert_machine, load_machine

    machine = load_machine(hw)
    return lambda module: insert_machine(module, machine)


def print_module(module: ModuleOp, *, generic: bool = False, locations: bool = False) -> str:
    """The module's text, with constants to the last bit."""
    stream = StringIO()
    ExactPrinter(stream=stream, print_generic_format=generic, print_debuginfo=locations).print_op(module)
    return stream.getvalue() + "\n"
