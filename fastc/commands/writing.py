"""How commands write: files all or none, then standard output."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from fastc.files import STANDARD, Outputs

if TYPE_CHECKING:
    from fastc.report import Written


def finish(outputs: Outputs, options: argparse.Namespace, text: str | None, result: Written | None) -> None:
    """Write the files, all or none, and then standard output."""
    if result is not None and options.json not in (None, STANDARD):
        from fastc.report import json_text

        outputs.add(options.json, json_text(result))
    if text is not None and options.output not in (None, STANDARD):
        outputs.add(options.output, text)
    outputs.commit()
    if text is not None and options.output in (None, STANDARD):
        write(text)
    if result is not None and options.json == STANDARD:
        from fastc.report import json_text

        write(json_text(result))


def write(text: str) -> None:
    """Text on standard output, as UTF-8 whatever the locale; bytes of names that are none stay as they were."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
    sys.stdout.buffer.flush()
