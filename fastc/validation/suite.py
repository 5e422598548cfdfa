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


@dataclass(frozen=True)
class Part:
    """Checks against one file."""

    file: str
    function: str
    """Of the area's module: from the directory of the files to the checks."""
    brought: bool = False
    """Whether the shipped file stands in for one that a directory lacks."""


AREAS = {
    "timeloop": (Part("timeloop_cases.json", "case_checks"), Part("timeloop_gemmini.csv.gz", "gemmini_checks")),
    "scalesim": (Part("scalesim_cycles.csv", "checks"),),
    "gemmini": (Part("gemmini_firesim.csv", "checks"),),
    "tpuv4": (Part("tpuv4_kernels.csv", "checks"),),
    "chips": (Part("chips.toml", "chip_checks", brought=True), Part("nvdla_resnet50.csv", "nvdla_checks")),
    "networks": (
        Part("mlperf_tpu.csv", "mlperf_checks"),
        Part("networks.toml", "published_checks", brought=True),
        Part("nvdla_resnet50.csv", "nvdla_checks"),
    ),
}
"""The modules of this package that make checks, and the files that each reads."""


@dataclass(frozen=True)
class Outcome:
    """What one area said."""

    area: str
    checks: tuple[Check, ...]
    missing: tuple[str, ...] = ()
    """The files that it lacked, whose checks are left out."""


def brought(data: Path, name: str) -> Path:
    """The file ``name`` of ``data``, or of the shipped measurements where ``data`` has none."""
    return data / name if (data / name).exists() else SHIPPED / name


def validate(data: Path | None = None) -> Iterator[Outcome]:
    """Each area's checks as they end, over the files of ``data`` (None: those that the project ships).

    What a file that is not there would be checked for is left out; published figures that the project ships stand in
    for their file where ``data`` has another one of their area. Raises InputError where ``data`` holds none of the
    files, or one that cannot be read as what it should be.
    """
    source = SHIPPED if data is None else data
    known = sorted({part.file for parts in AREAS.values() for part in parts})
    if not any((source / name).exists() for name in known):
        raise InputError(f"{source}: holds no measurements; files that are looked for: {', '.join(known)}")
    for area, parts in AREAS.items():
        yield _run(area, parts, source)


def _run(area: str, parts: tuple[Part, ...], source: Path) -> Outcome:
    present = {part.file for part in parts if (source / part.file).exists()}
    if not present:
        return Outcome(area, (), tuple(part.file for part in parts))
    module = import_module(f"fastc.validation.{area}")
    checks: list[Check] = []
    missing = [part.file for part in parts if part.file not in present and not part.brought]
    for part in parts:
        if part.file not in present and not part.brought:
            continue
        function: Callable[[Path], tuple[Check, ...]] = getattr(module, part.function)
        try:
            checks += function(source)
        except FileNotFoundError as error:  # an example model that an installation lacks
            missing.append(Path(error.filename or str(error)).name)
        except OSError as error:
            raise InputError(f"{error.filename or source}: {error.strerror or error}") from error
        except ValueError as error:
            raise InputError(str(error)) from error
    return Outcome(area, tuple(checks), tuple(missing))
