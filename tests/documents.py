"""Documents that are tested: files are written, commands and programs run, and the output is what they show.

A fenced block with ``title="path"`` is a file. A ``console`` block holds commands behind ``$``, each followed by what
it prints, where ``...`` stands for anything; a command that shows no output may print what it likes. A ``python`` block
without a title is a program. A comment on the line before a block says what is special about it::

    <!-- run with: --algorithm random --trials 2 -->   added to each command that searches, or to the only command
    <!-- numbers: of one version of the models -->     those shown may be others, and columns wider, when it is run
    <!-- needs: keras, flax -->                        only read where one of these is not installed
    <!-- not run: installs into your environment -->   why nothing here can be run
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fastc.cli import main

ROOT = Path(__file__).parents[1]

_FENCE = re.compile(
    r"^(?:<!-- (?P<marker>run with|numbers|needs|not run): (?P<value>[^\n]+?) -->\n)?"
    r'^```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)

INSTALL = "pip install -e ."

_SIMPLE = re.compile(r"""fastc (?!gui\b)(?:[^|<>;&$#'"]|'[^']*')*""")
"""Commands that need no shell, and so no process of their own."""

_FUNCTION = re.compile(r"\b\w[\w.]*:\w+\b")
"""A Python function in the folder, which stays imported in the process that traced it."""


@dataclass(frozen=True)
class Command:
    """One line of a console block."""

    text: str
    expected: str
    numbers_vary: bool = False
    """Whether other numbers than those of ``expected`` are right, too."""

    @property
    def pattern(self) -> str:
        """A regular expression for what it may print."""
        pattern = re.escape(self.expected.rstrip()).replace(re.escape("..."), ".*?")
        if not self.numbers_vary:
            return pattern
        return re.sub(r"(?:\\ ){2,}", " +", re.sub(r"(?<![\w.^])\d[\d,]*(?:\\\.\d+)?", r"[\\d.,]+", pattern))


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    language: str
    title: str | None
    text: str
    marker: str | None = None
    """``run with``, ``numbers``, ``needs`` or ``not run``, where the line before the block says so."""
    value: str = ""
    """What stands behind the marker."""

    @property
    def commands(self) -> list[Command]:
        """Those of a console block."""
        parts = [part.partition("\n") for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]]
        vary = self.marker == "numbers"
        return [Command(re.sub(r"\s+# .*", "", line), expected, vary) for line, _, expected in parts]

    @property
    def is_skipped(self) -> bool:
        """Whether nothing of it can be run here."""
        if self.marker == "not run":
            return True
        return self.marker == "needs" and not all(map(find_spec, re.split(r",\s*", self.value)))


def blocks_of(document: Path) -> list[Block]:
    """All fenced blocks, in order."""
    matches = _FENCE.finditer(document.read_text(encoding="utf-8"))
    return [Block(m["language"], m["title"], m["text"], m["marker"], m["value"] or "") for m in matches]


def follow(document: Path, folder: Path, *, in_process: bool = False) -> list[str]:
    """Do in ``folder`` what ``document`` says, and check what it shows; the commands that were run.

    With ``in_process`` simple commands of fastc run in this process, which is faster; the working directory must be
    ``folder`` then.
    """
    done: list[str] = []
    for block in blocks_of(document):
        if block.language == "python":
            compile(block.text, f"{document.name}: python", "exec")
        if block.title:
            path = folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.is_skipped:
            continue
        elif block.language == "console":
            for command in block.commands:
                _run(_limited(command, block), folder, in_process)
                done.append(command.text)
        elif block.language == "python":
            (folder / "block.py").write_text(block.text, encoding="utf-8")
            _run(Command("python block.py", ""), folder, in_process=False)
            done.append("python")
    return done


def _limited(command: Command, block: Block) -> Command:
    if block.marker != "run with" or not ("--search" in command.text or len(block.commands) == 1):
        return command
    return Command(f"{command.text} {block.value}", command.expected)


def _run(command: Command, folder: Path, in_process: bool) -> None:
    if command.text == INSTALL:
        _install(folder)
        return
    if in_process and _SIMPLE.fullmatch(command.text) and not _FUNCTION.search(command.text):
        code, output = _in_this_process(command.text)
    else:
        code, output = _in_a_shell(command.text, folder)
    if not command.expected.strip():
        assert code == 0, f"{command.text}\n{output}"
        return
    assert re.fullmatch(command.pattern, output.rstrip(), re.DOTALL), f"$ {command.text}\n{output}"


def _in_this_process(text: str) -> tuple[int, str]:
    captured = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(captured), contextlib.redirect_stderr(captured):
        code = main(shlex.split(text)[1:])
    captured.seek(0)
    return code, captured.read()


def _in_a_shell(text: str, folder: Path) -> tuple[int, str]:
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
    }
    run = subprocess.run(
        text,
        shell=True,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return run.returncode, run.stdout


def _install(folder: Path) -> None:
    """What an installer leaves of a package in place: its name and entry points, where Python looks for them."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        line
        for group, entries in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {target}" for name, target in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
