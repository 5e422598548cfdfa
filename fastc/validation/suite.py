"""Every check, over the measurements that the project ships or those of a directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from fastc.errors import InputError
from fastc.validation.records import Check

SHIPPED = Path(__file__).parent / "data"
"""The measurements that the project ships; its README says what each file holds."""

AREAS = {
    "timeloop": ("timeloop_cases.json", "timeloop_gemmini.csv.gz"),
    "scalesim": ("scalesim_cycles.csv",),
    "gemmini": ("gemmini_firesim.csv",),
    "tpuv4": ("tpuv4_kernels.csv",),
    "chips": ("nvdla_resnet50.csv",),
    "networks": ("mlperf_tpu.csv", "nvdla_resnet50.csv"),
}
"""The modules of this package that make checks, and the files that each reads."""


@dataclass(frozen=True)
class Outcome:
    """What one area said."""

    area: str
    checks: tuple[Check, ...]
    missing: str = ""
    """The file that it lacked, where it made no check."""


def validate(data: Path | None = None) -> Iterator[Outcome]:
    """Each area's checks as they end, over the files of ``data`` (None: those that the project ships).

    An area whose file is not there makes none. Raises InputError where ``data`` holds none of the files, or one that
    cannot be read as what it should be.
    """
    source = SHIPPED if data is None else data
    known = sorted({name for names in AREAS.values() for name in names})
    if not any((source / name).is_file() for name in known):
        raise InputError(f"{source}: holds no measurements; files that are looked for: {', '.join(known)}")
    for area in AREAS:
        yield _run(area, source)


def _run(area: str, source: Path) -> Outcome:
    checks: Callable[[Path], tuple[Check, ...]] = import_module(f"fastc.validation.{area}").checks
    try:
        return Outcome(area, checks(source))
    except FileNotFoundError as error:
        return Outcome(area, (), missing=Path(error.filename or str(error)).name)
    except (OSError, EOFError, ValueError) as error:
        raise InputError(str(error)) from error
