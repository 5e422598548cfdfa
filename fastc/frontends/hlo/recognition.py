"""Which files are HLO, apart from what reads them: most files are not, and need not wait for the grammar."""

from __future__ import annotations

import re

_BEGINNING = re.compile(rb"\s*(?:(?://[^\n]*\n|/\*.*?\*/)\s*)*HloModule\s", re.DOTALL)


def is_hlo(data: bytes) -> bool:
    """Whether this is HLO text: it begins with ``HloModule``, comments and blanks aside."""
    return _BEGINNING.match(data) is not None
