"""Keeping a C++ library's stray prints out of the program's standard output."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def silent_c() -> Iterator[None]:
    """What C prints to its ``stdout`` meanwhile goes nowhere; what Python prints is not touched, in no thread.

    Now and then HiGHS, whatever its options, prints a line about its own repair of a solution
    (``HighsMipSolverData::transformNewIntegerFeasibleSolution``). Only glibc lets ``stdout`` be replaced; elsewhere
    nothing is kept out.
    """
    stream, nowhere = _streams()
    if stream is None or nowhere is None:
        yield
        return
    before, stream.value = stream.value, nowhere
    try:
        yield
    finally:
        stream.value = before


@cache
def _streams() -> tuple[ctypes.c_void_p | None, int | None]:
    """C's variable ``stdout``, and a stream to nowhere."""
    try:
        library = ctypes.CDLL(None)
        stream = ctypes.c_void_p.in_dll(library, "stdout")
        library.fopen.restype = ctypes.c_void_p
        return stream, library.fopen(os.devnull.encode(), b"w")
    except (ValueError, OSError, AttributeError, TypeError):
        return None, None
