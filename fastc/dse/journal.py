"""The journal of a search: every exact evaluation, durable before anybody hears of it.

A text file with one JSON object a line. The first, the header, says which search it is of; the others are evaluations,
in the order in which the search made them, and notes, other results that take long to come by. It holds no times, so
that a search that was killed and went on leaves the very file of one that was not.
"""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, NoReturn

from fastc.dse.records import Evaluation, Outcome, Point, SearchProblem
from fastc.errors import InputError

try:
    import fcntl
except ImportError:  # pragma: no cover - no such locks on this system
    fcntl = None

logger = logging.getLogger(__name__)

KIND = "fastc search"
"""What the header's first field says."""

SCHEMA = 1
"""Grows when the lines change so that an older reader would misread them."""

SHOWN = 60
"""Characters of a differing value that a message shows."""


class Entry(NamedTuple):
    """An evaluation as the file has it."""

    line: int
    outcomes: tuple[Outcome, ...] | str
    value: float
    violation: float


class Journal:
    """An open journal. Not to be shared between processes: a lock keeps a second one out.

    ``identity`` is all that an evaluation and its order depend on, as JSON; ``about`` is beside it in the header, and
    may differ when the search goes on. Raises InputError where the file is of another search, or cannot be used.
    """

    def __init__(
        self,
        path: str | Path,
        problem: SearchProblem,
        identity: Mapping[str, Any],
        about: Mapping[str, Any] | None = None,
    ) -> None:
        self.path = str(path)
        self._problem = problem
        self._entries: dict[Point, Entry] = {}
        self._notes: dict[str, tuple[int, Any]] = {}
        self._lock = Lock()
        header = {"journal": KIND, "schema": SCHEMA, **identity, **(about or {})}
        self._descriptor: int | None = _opened(self.path)
        try:
            self._read(json.loads(json.dumps(header)), set(about or {}))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Nothing is written from now on."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many evaluations it holds."""
        return len(self._entries)

    def outcomes(self, point: Point) -> tuple[Outcome, ...] | str | None:
        """What the exact evaluator found at ``point``; None where it was not there yet."""
        entry = self._entries.get(point)
        return None if entry is None else entry.outcomes

    def confirm(self, evaluation: Evaluation) -> None:
        """Raise InputError where the file gives ``evaluation``'s point another value."""
        entry = self._entries[evaluation.point]
        if (entry.value, entry.violation) != (evaluation.value, evaluation.violation):
            self._refuse(
                entry.line,
                f"its value is {entry.value!r} and its violation {entry.violation!r}, but {evaluation.value!r} and "
                f"{evaluation.violation!r} follow from the rest of it: it was changed, or made by another version",
            )

    def append(self, evaluation: Evaluation) -> None:
        """Write ``evaluation``; it is on the disk on return."""
        point = evaluation.point
        line = {
            "machine": dict(point.values),
            "flags": [
                model.variants[index].name for model, index in zip(self._problem.models, point.variants, strict=True)
            ],
            "models": [{"name": model.name, **model.outcome._asdict()} for model in evaluation.models],
            "value": evaluation.value if math.isfinite(evaluation.value) else None,
            "violation": evaluation.violation if math.isfinite(evaluation.violation) else None,
            "reason": evaluation.reason,
        }
        self._write(line)
        outcomes = evaluation.reason or tuple(model.outcome for model in evaluation.models)
        self._entries[point] = Entry(0, outcomes, evaluation.value, evaluation.violation)

    def note(self, name: str) -> Any:
        """The note of this name, as JSON; None where there is none."""
        return self._notes[name][1] if name in self._notes else None

    def refuse_note(self, name: str, what: str) -> NoReturn:
        """Raise InputError: the note of this name makes no sense."""
        self._refuse(self._notes[name][0], f"the note '{name}' makes no sense: {what}")

    def add_note(self, name: str, value: Any) -> None:
        """Write a note; it is on the disk on return."""
        self._write({"note": name, "is": value})
        self._notes[name] = (0, value)

    def _write(self, line: Mapping[str, Any]) -> None:
        data = json.dumps(line, allow_nan=False).encode() + b"\n"
        with self._lock:
            if self._descriptor is None:
                raise ValueError(f"journal {self.path} is closed")
            try:
                while data:
                    data = data[os.write(self._descriptor, data) :]
                os.fsync(self._descriptor)
            except OSError as error:
                raise InputError(f"--journal {self.path}: cannot be written: {error.strerror}") from None

    def _read(self, header: Mapping[str, Any], may_differ: set[str]) -> None:
        assert self._descriptor is not None
        with open(self._descriptor, "rb", closefd=False) as stream:
            data = stream.read()
        if (json.dumps(header) + "\n").encode().startswith(data):  # new, or killed before its first line was whole
            os.ftruncate(self._descriptor, 0)
            self._write(header)
            _sync_directory(self.path)
            return
        whole, newline, torn = data.rpartition(b"\n")
        if not newline:
            self._refuse_foreign()
        lines = whole.split(b"\n")
        self._check_header(lines[0], header, may_differ)
        for number, line in enumerate(lines[1:], 2):
            self._read_line(number, line)
        if torn:
            logger.warning("journal %s: its last line was cut off after %d bytes; dropped", self.path, len(torn))
            os.ftruncate(self._descriptor, len(data) - len(torn))
            os.fsync(self._descriptor)

    def _check_header(self, line: bytes, header: Mapping[str, Any], may_differ: set[str]) -> None:
        try:
            there = json.loads(line)
        except (ValueError, RecursionError):
            self._refuse_foreign()
        if not isinstance(there, dict) or there.get("journal") != KIND:
            self._refuse_foreign()
        if there.get("schema") != SCHEMA:
            raise InputError(
                f"--journal {self.path}: its schema is {_shown(there.get('schema'))}, and this version of fastc reads "
                f"{SCHEMA}; name another file"
            )
        for name in dict.fromkeys([*header, *there]):
            difference = None if name in may_differ else _difference(name, there.get(name), header.get(name))
            if difference is not None:
                raise InputError(
                    f"--journal {self.path}: it is of another search: {difference}; name another file, or delete this "
                    "one"
                )

    def _read_line(self, number: int, line: bytes) -> None:
        try:
            entry = json.loads(line)
        except UnicodeDecodeError as error:
            self._refuse(number, f"its byte {error.start} is not UTF-8")
        except (ValueError, RecursionError) as error:
            self._refuse(number, f"not JSON: {error}")
        if isinstance(entry, dict) and "note" in entry:
            if set(entry) != {"note", "is"} or not isinstance(entry["note"], str):
                self._refuse(number, "a note has the fields 'note' and 'is'")
            self._notes[entry["note"]] = (number, entry["is"])
            return
        try:
            point = self._point(entry)
            outcomes, value, violation = self._result(entry)
        except _MistakeError as error:
            self._refuse(number, str(error))
        if point in self._entries:
            self._refuse(number, f"it has the machine and flags of line {self._entries[point].line}")
        self._entries[point] = Entry(number, outcomes, value, violation)

    def _point(self, entry: Any) -> Point:
        machine, flags = _field(entry, "machine", dict), _field(entry, "flags", list)
        parameters, models = self._problem.space.parameters, self._problem.models
        if list(machine) != [parameter.name for parameter in parameters]:
            raise _MistakeError("'machine' has not the parameters of the space")
        for parameter in parameters:
            if isinstance(machine[parameter.name], bool) or machine[parameter.name] not in parameter.values:
                raise _MistakeError(f"{parameter.name} is {_shown(machine[parameter.name])}, which is not in the space")
        names = [[variant.name for variant in model.variants] for model in models]
        if len(flags) != len(models) or any(flag not in legal for flag, legal in zip(flags, names, strict=True)):
            raise _MistakeError(f"'flags' is {_shown(flags)}; one for each model is needed, of those there are")
        return Point(
            tuple((parameter.name, float(machine[parameter.name])) for parameter in parameters),
            tuple(legal.index(flag) for flag, legal in zip(flags, names, strict=True)),
        )

    def _result(self, entry: Any) -> tuple[tuple[Outcome, ...] | str, float, float]:
        reason, models = _field(entry, "reason", str), _field(entry, "models", list)
        if reason:
            return reason, -math.inf, math.inf
        names = [model.name for model in self._problem.models]
        if [model.get("name") if isinstance(model, dict) else None for model in models] != names:
            raise _MistakeError(f"'models' are not {', '.join(names)}")
        outcomes = tuple(
            Outcome(_field(model, "batch", int), _positive(model, "latency_s"), _positive(model, "energy_j"))
            for model in models
        )
        return outcomes, float(_field(entry, "value", float)), float(_field(entry, "violation", float))

    def _refuse(self, line: int, what: str) -> NoReturn:
        place = self.path if line == 0 else f"{self.path}:{line}"
        raise InputError(f"--journal {place}: {what}; delete this line if you trust the rest, or name another file")

    def _refuse_foreign(self) -> NoReturn:
        raise InputError(
            f"--journal {self.path}: this file is there already and is no journal of fastc: its first line is no "
            "header; name another file"
        )


class _MistakeError(Exception):
    """What is wrong with a line."""


def _field(entry: Any, name: str, kind: type) -> Any:
    if not isinstance(entry, dict) or name not in entry:
        raise _MistakeError(f"it has no '{name}'")
    value = entry[name]
    fits = isinstance(value, kind) or (kind is float and isinstance(value, int))
    if not fits or isinstance(value, bool):
        raise _MistakeError(f"'{name}' is {_shown(value)}")
    return value


def _positive(entry: Any, name: str) -> float:
    value = float(_field(entry, name, float))
    if not 0.0 < value < math.inf:
        raise _MistakeError(f"'{name}' is {value}")
    return value


def _opened(path: str) -> int:
    """The file, made where there is none, open for reading and appending and locked. Raises InputError."""
    if not path:
        raise InputError("--journal: the name is empty; name a file")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o666)
    except IsADirectoryError:
        raise InputError(f"--journal {path}: this is a directory; name a file in it") from None
    except FileNotFoundError:
        raise InputError(f"--journal {path}: there is no directory '{Path(path).parent}'; make it first") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"--journal {path}: cannot be written: {reason}") from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError(f"--journal {path}: this is no regular file, and cannot be read again; name another")
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise InputError(f"--journal {path}: another search is writing it; wait for its end, or name another") from None
    except OSError:
        pass  # No locks on this file system.
    except InputError:
        os.close(descriptor)
        raise
    return descriptor


def _sync_directory(path: str) -> None:
    """A new file lasts when its directory does."""
    with contextlib.suppress(OSError):
        descriptor = os.open(Path(path).resolve().parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _difference(name: str, there: Any, here: Any) -> str | None:
    """Where two pieces of JSON first differ, in words."""
    if isinstance(there, dict) and isinstance(here, dict):
        for key in dict.fromkeys([*here, *there]):
            difference = _difference(f"{name}.{key}", there.get(key), here.get(key))
            if difference is not None:
                return difference
        return None
    if isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        pairs = enumerate(zip(there, here, strict=True))
        return next((d for i, pair in pairs if (d := _difference(f"{name}[{i}]", *pair)) is not None), None)
    # 1 and true are equal in Python and not in JSON.
    if there == here and isinstance(there, bool) == isinstance(here, bool):
        return None
    return f"its {name} is {_shown(there)}, and here it is {_shown(here)}"


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
