"""C's prints go nowhere meanwhile, and only meanwhile; Python's are not touched."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
from hwmodels.silence import silent_c

c = ctypes.CDLL(None)
c.printf(b"before ")
try:
    with silent_c():
        c.printf(b"lost ")
        print("python", flush=True)
        raise ValueError
except ValueError:
    pass
c.printf(b"after ")
c.fflush(None)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc lets stdout be replaced")
def test_what_c_prints_is_lost_and_what_python_prints_is_not() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert sorted(run.stdout.split()) == ["after", "before", "python"]
    assert run.stderr == ""
