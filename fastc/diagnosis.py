"""What of fastc's libraries, extras and devices is on this machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from fastc import __version__

DISTRIBUTION = "fastc-compiler"

PURPOSES = {
    "torch": "import of torch.export's .pt2",
    "onnx": "import of .onnx",
    "gui": "fastc gui",
    "optuna": "--algorithm tpe, gp, nsga2",
    "plots": "--report, --plots, roi --plot",
    "dask": "--scheduler",
}
"""What each extra of pyproject.toml is for."""

BUILT_IN = {"xdsl", "xdsl_jax", "fastc"}
"""Entries of ``xdsl.universe`` that are no plug-ins."""

PATIENCE_S = 20.0
"""How long JAX may take to say which devices it sees: a driver that hangs must not hang the diagnosis."""

_REQUIREMENT = re.compile(r"([\w.-]+)\s*(?:\[([^\]]*)\])?")

_EXTRA = re.compile(r"""extra\s*==\s*['"]([^'"]+)['"]""")

_ASK_JAX = "import jax\nfor d in jax.devices(): print(f'{d.platform} {d.id}: {d.device_kind}')"


@dataclass(frozen=True)
class Library:
    """An installed distribution, or one that is missing."""

    name: str
    version: str | None
    remedy: str | None = None
    """How to get it, where it is missing."""


@dataclass(frozen=True)
class Extra:
    """A part of fastc that is installed when asked for."""

    name: str
    purpose: str
    libraries: tuple[Library, ...]
    is_there: bool
    remedy: str | None
    """How to get it, where it is not there."""


@dataclass(frozen=True)
class Diagnosis:
    """Everything that ``fastc doctor`` says."""

    fastc: str
    folder: str
    python: str
    system: str
    cores: int
    libraries: tuple[Library, ...]
    devices: tuple[str, ...]
    """What JAX sees, as platform, number and kind."""
    trouble: str | None
    """Why there are no devices."""
    extras: tuple[Extra, ...]
    plugins: tuple[str, ...]
    """Other packages' entries of ``xdsl.universe``; they are not loaded."""

    def to_json(self) -> dict[str, object]:
        """The same for programs."""
        return {"schema": 1, **asdict(self)}


def diagnose() -> Diagnosis:
    """Look; what cannot be found out is said to be missing. Takes about as long as an import of JAX."""
    devices, trouble = _devices()
    return Diagnosis(
        fastc=__version__,
        folder=str(Path(__file__).parent),
        python=platform.python_version(),
        system=platform.platform(),
        cores=_cores(),
        libraries=tuple(_library(name, f"pip install --upgrade {DISTRIBUTION}") for name in _required(DISTRIBUTION)),
        devices=devices,
        trouble=trouble,
        extras=tuple(_extra(name) for name in _extras()),
        plugins=tuple(sorted({entry.name for entry in metadata.entry_points(group="xdsl.universe")} - BUILT_IN)),
    )


def _cores() -> int:
    """Those that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _required(distribution: str, extra: str = "") -> list[str]:
    """The distributions that one needs here, or that an extra of it adds, as its metadata says; none if it has none."""
    try:
        lines = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return []
    names: list[str] = []
    for line in lines:
        match = _REQUIREMENT.match(line)
        marker = _EXTRA.search(line)
        if match is None or (marker[1] if marker else "") != extra:
            continue
        inner = [name for part in (match[2] or "").split(",") if part for name in _required(match[1], part.strip())]
        names += inner or [match[1]]
    return names


def _extras() -> list[str]:
    try:
        return metadata.metadata(DISTRIBUTION).get_all("Provides-Extra") or []
    except metadata.PackageNotFoundError:
        return []


def _library(name: str, remedy: str) -> Library:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Library(name, None, remedy)
    return Library(name, version)


def _extra(name: str) -> Extra:
    remedy = f"pip install '{DISTRIBUTION}[{name}]'"
    libraries = tuple(_library(library, remedy) for library in _required(DISTRIBUTION, name))
    is_there = all(library.version is not None for library in libraries)
    return Extra(name, PURPOSES.get(name, ""), libraries, is_there, None if is_there else remedy)


def _devices() -> tuple[tuple[str, ...], str | None]:
    """JAX's devices, asked in a process of their own: a broken driver may end it, print much or wait for ever."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _ASK_JAX], capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return (), f"JAX did not answer within {PATIENCE_S:g} s; JAX_PLATFORMS=cpu makes it use the processor"
    except OSError as error:
        return (), f"JAX cannot be asked: {error.strerror}"
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        return (), f"JAX cannot be used: {last}"
    return tuple(done.stdout.split("\n")[:-1]), None
