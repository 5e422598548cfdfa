"""Reading what the user names, and writing results so that a failed run changes nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from fastc.errors import InputError, suggestion

STANDARD = "-"
"""Names standard input where a file is read, standard output where one is written."""


FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*(\.[^\W\d]\w*)*")
"""``package.module:function``, as Python's entry points are written."""

OPENING = b"([{"
NO_BRACKETS = bytes(set(range(256)) - set(b"([{}])"))
DEEPEST_NESTING = 500
"""Brackets that may be open at once; real models have some ten."""


@dataclass(frozen=True)
class Source:
    """The bytes of a file, or the text of a function."""

    path: str
    """As the user wrote it, for messages."""
    data: bytes = field(repr=False)
    origin: bytes | None = field(default=None, repr=False)
    """What ``data`` was made from, where the file itself is in another framework's form."""

    @property
    def name(self) -> str:
        """The file's name without folders and ending; the function's without its module."""
        if names_function(self.path):
            return self.path.rpartition(":")[2].rpartition(".")[2]
        return "stdin" if self.path == STANDARD else Path(self.path).name.split(".")[0]

    @property
    def label(self) -> str:
        """What messages call it."""
        return "<stdin>" if self.path == STANDARD else self.path

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes."""
        return hashlib.sha256(self.data if self.origin is None else self.origin).hexdigest()


def names_function(path: str) -> bool:
    """Whether this is ``package.module:function``; a file of that name wins."""
    return FUNCTION.fullmatch(path) is not None and not Path(path).exists()


def read(path: str) -> Source:
    """The file at ``path``, or standard input for '-'. Raises InputError where there is none to read."""
    if path == STANDARD:
        if sys.stdin is None:
            raise InputError("<stdin>: standard input is closed; name a file, or give the model there")
        return Source(path, sys.stdin.buffer.read())
    try:
        return Source(path, Path(path).read_bytes())
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file{_near(path)}") from None
    except IsADirectoryError:
        raise InputError(f"{path}: this is a directory; name a file in it") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read: {_reason(error)}") from None


def _near(path: str) -> str:
    folder = Path(path).parent
    try:
        return suggestion(Path(path).name, os.listdir(folder), likeness=0.75)
    except OSError:
        return ""


def _reason(error: OSError | ValueError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def refuse_deep_nesting(source: Source) -> None:
    """Raise InputError where brackets are nested so deep that a parser would overflow its stack and take us with it."""
    depth = deepest = 0
    for bracket in source.data.translate(None, delete=NO_BRACKETS):
        if bracket in OPENING:
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    # Bytecode, where brackets mean nothing, has NUL bytes, and no text has.
    if deepest > DEEPEST_NESTING and b"\0" not in source.data:
        raise InputError(f"{source.label}: nested {deepest} brackets deep; at most {DEEPEST_NESTING} are read")


class Outputs:
    """Files to be written, all at the end or none.

    ``claim`` checks early that a file can be written; ``commit`` puts each text beside its place, then moves all there.
    """

    def __init__(self) -> None:
        self._texts: dict[Path, bytes] = {}
        self._claimed: dict[Path, str] = {}
        self._folders: list[Path] = []

    def claim(self, path: str | None, option: str) -> None:
        """Refuse a ``path`` that cannot be written, before the work begins. Raises InputError."""
        if path is None or path == STANDARD:
            return
        if not path:
            raise InputError(f"{option}: the name is empty; name a file, or '{STANDARD}' for standard output")
        place = Path(path)
        if place.is_dir():
            raise InputError(f"{option} {path}: this is a directory; name a file in it")
        target = _target(place)
        if not target.parent.is_dir():
            raise InputError(f"{option} {path}: there is no directory '{target.parent}'; make it first")
        self._take(target, path, option)

    def claim_folder(self, path: str | None, option: str) -> None:
        """The same for a directory that files go to; it is made on ``commit``. Raises InputError."""
        if path is None:
            return
        if not path:
            raise InputError(f"{option}: the name is empty; name a directory")
        target = _target(Path(path))
        if target.exists() and not target.is_dir():
            raise InputError(f"{option} {path}: this is a file; name a directory")
        if not target.exists() and not target.parent.is_dir():
            raise InputError(f"{option} {path}: there is no directory '{target.parent}'; make it first")
        self._take(target, path, option)
        if not target.exists():
            self._folders.append(target)

    def _take(self, target: Path, path: str, option: str) -> None:
        writable = target if target.exists() else target.parent
        if not os.access(writable, os.W_OK):
            raise InputError(f"{option} {path}: no permission to write '{writable}'")
        if target in self._claimed:
            raise InputError(f"{option} {path}: {self._claimed[target]} already writes this file; name another")
        self._claimed[target] = option

    def add(self, path: str, text: str) -> None:
        """Write ``text`` to ``path`` on ``commit``."""
        self._texts[_target(Path(path))] = text.encode()

    def commit(self) -> None:
        """Write everything. Raises InputError, with no regular file changed, where one cannot be written."""
        staged: list[tuple[str, Path]] = []
        made: list[Path] = []
        target = Path()
        try:
            for target in self._folders:
                target.mkdir(exist_ok=True)
                made.append(target)
            for target, data in self._texts.items():
                if target.exists() and not target.is_file():
                    target.write_bytes(data)
                else:
                    staged.append((_stage(target, data), target))
            while staged:
                temporary, target = staged[-1]
                os.replace(temporary, target)
                staged.pop()
            made.clear()
        except OSError as error:
            raise InputError(f"{target}: cannot be written: {_reason(error)}") from None
        finally:
            for temporary, _ in staged:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
            for folder in made:
                with contextlib.suppress(OSError):
                    folder.rmdir()


def _target(path: Path) -> Path:
    """The file itself, where ``path`` is a link to it."""
    return path.resolve()


def _stage(target: Path, data: bytes) -> str:
    """``data`` in a new file beside ``target``, with the permissions that ``target`` has or a new file gets."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
    except OSError:
        os.unlink(temporary)
        raise
    return temporary


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
