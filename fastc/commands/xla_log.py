"""What XLA writes to standard error while it compiles."""

from __future__ import annotations

import os

LEVEL = "TF_CPP_MIN_LOG_LEVEL"
"""Of XLA's log: from 0, everything, to 3, only what ends the process."""


def expect_slow_compiles() -> None:
    """Keep XLA from asking for a bug report when a compile takes more than two minutes, as the relaxed cost may.

    To be called before jaxlib is loaded, which reads the level once. XLA writes that alarm as an error and has no
    switch for it (openxla/xla, issue 9828), so its other errors are not written either; what fails raises in Python all
    the same. Where the user has set the level, it stays.
    """
    os.environ.setdefault(LEVEL, "3")
