"""Documents that are tested: their files are written, their commands run, and the output is what they show.

A fenced block with ``title="path"`` is a file. A ``console`` block holds commands behind ``$``, each followed by what
it prints, where ``...`` stands for anything; a command that shows no output may print what it likes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

_FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)

INSTALL = "pip install -e ."


@dataclass(frozen=True)
class Command:
    """One line of a console block."""

    text: str
    expected: str


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    language: str
    title: str | None
    text: str

    @property
    def commands(self) -> list[Command]:
        """Those of a console block."""
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        return [Command(*part.partition("\n")[::2]) for part in parts]


def blocks_of(document: Path) -> list[Block]:
    """All fenced blocks, in order."""
    return [Block(language, title, text) for language, title, text in _FENCE.findall(document.read_text())]


def follow(document: Path, folder: Path) -> list[str]:
    """Do in ``folder`` what ``document`` says, and check what it shows; the commands that were run."""
    done: list[str] = []
    for block in blocks_of(document):
        if block.title:
            path = folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.language == "console":
            for command in block.commands:
                _run(command, folder)
                done.append(command.text)
    return done


def _run(command: Command, folder: Path) -> None:
    if command.text == INSTALL:
        _install(folder)
        return
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
    }
    run = subprocess.run(
        command.text,
        shell=True,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if not command.expected.strip():
        assert run.returncode == 0, f"{command.text}\n{run.stdout}"
        return
    pattern = re.escape(command.expected.rstrip()).replace(re.escape("..."), ".*?")
    assert re.fullmatch(pattern, run.stdout.rstrip(), re.DOTALL), f"$ {command.text}\n{run.stdout}"


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
