"""The commands: each is one module with ``make_parser`` and ``run``, loaded when it is asked for.

A new command is a module here and one entry in ``COMMANDS``; the overview of ``fastc --help`` is made from that.
"""

from __future__ import annotations

import importlib
import textwrap
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from fastc.arguments import Parser


class CommandModule(Protocol):
    """What a module of a command has."""

    def make_parser(self) -> Parser:
        """Its options; imports nothing that is slow."""
        ...

    def run(self, arguments: list[str]) -> int:
        """Parse what stands after the command's name, do the work, and return the exit code."""
        ...


class Command(NamedTuple):
    """An entry of the table: the module below ``fastc.commands``, and where and how the overview lists it."""

    module: str
    group: str
    summary: str

    def load(self) -> CommandModule:
        """The module; importing all at once would make each command as slow to start as the slowest."""
        return cast("CommandModule", importlib.import_module(f"fastc.commands.{self.module}"))


COMMANDS: dict[str, Command] = {
    "opt": Command("opt", "compile", "run passes, lower a model for a machine, or with --search find the machine too"),
    "verify": Command("verify", "compile", "run a model before and after a pipeline through XLA and compare"),
    "import": Command(
        "importing",
        "compile",
        "a model in another form (a JAX function, PyTorch .pt2, .onnx, HLO, bytecode) as StableHLO text",
    ),
    "eval": Command("evaluate", "judge", "what a model takes on a machine: time, energy, and what bounds it"),
    "analyze": Command(
        "analyze",
        "judge",
        "what limits a model on a machine: time beside FLOPs, intensity and ridge point, working sets, attention",
    ),
    "diff": Command("diff", "judge", "two results side by side: machine, models, regions, and where the time went"),
    "sim": Command(
        "sim",
        "judge",
        "run a lowered model tile by tile: cycles beside those of 'eval', and with --check its values beside XLA's",
    ),
    "roi": Command("roi", "judge", "when a design pays: its engineering, chips and power beside what it replaces"),
    "hw": Command(
        "hw",
        "look up",
        "'hw list': the presets; 'hw show NAME': one as IR, with its area, TDP and peak; 'hw validate': the models of "
        "hardware against measurements and published chips",
    ),
    "passes": Command(
        "passes", "look up", "every pass, its options and their legal values; 'passes PASS': one, with an example"
    ),
    "gui": Command("gui", "look up", "a model and the passes in xDSL's terminal UI"),
    "doctor": Command("doctor", "this installation", "versions, JAX's devices, and which extras are there"),
    "completion": Command("completion", "this installation", "completion for bash, zsh and fish"),
}

_BEGINNING = """\
fastc: compile a model, search the accelerator for it, and see what it buys per watt.

  fastc opt examples/efficientnet_b0.mlir --search
"""

_END = """\
'fastc COMMAND --help' shows the options of one; 'fastc --version' the version. A MODEL is
StableHLO, as text or bytecode, or anything else that 'fastc import' takes; '-' is standard input.
Exit codes: 0 done, 1 the answer is no, 2 bad input or usage.
"""


def overview() -> str:
    """What ``fastc --help`` shows; it fits 100 columns."""
    width = max(map(len, COMMANDS)) + 4
    parts = [_BEGINNING]
    for group in dict.fromkeys(command.group for command in COMMANDS.values()):
        lines = [
            textwrap.fill(command.summary, 100, initial_indent=f"  {name}".ljust(width), subsequent_indent=" " * width)
            for name, command in COMMANDS.items()
            if command.group == group
        ]
        parts.append("\n".join([group, *lines, ""]))
    return "\n".join([*parts, _END])
