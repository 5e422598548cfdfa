"""Whatever fastc itself prints, read back: StableHLO, regions, schedules and machines in xDSL's syntax."""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager

from xdsl.context import Context
from xdsl.dialects.builtin import FileLineColLoc, IntAttr, ModuleOp, StringAttr, UnknownLoc, UnregisteredOp
from xdsl.ir import Operation
from xdsl.utils.exceptions import ParseError, VerifyException

from dialects.stablehlo import ExactParser
from fastc.frontends.hlo.recognition import is_hlo
from fastc.frontends.stablehlo import ReadError, decoded, is_bytecode, read_stablehlo

OUR_DIALECTS = ("arch", "region", "sched")

_OUR_OPS = re.compile(rf'^(?:[^"/\n]*=)?\s*"?(?:{"|".join(OUR_DIALECTS)})\.\w+', re.MULTILINE)
"""An op of our dialects at the beginning of a line, results before it allowed; attributes of theirs do not count."""


def read_module(data: bytes, name: str, context: Context) -> ModuleOp:
    """The module in ``data``, recognised by content, verified.

    StableHLO goes through jaxlib's parser, HLO text becomes StableHLO first, and a text with ops of our dialects goes
    through xDSL's parser with ``context``. ``name`` is the file's, for messages. Raises ReadError.
    """
    data = data.removeprefix(BOM_UTF8)
    with _collector_paused():
        if is_hlo(data):
            from fastc.frontends.hlo.conversion import read_hlo

            module = read_hlo(data, name)
        elif is_bytecode(data) or not mentions_our_dialects(data):
            module = read_stablehlo(data, name)
        else:
            module = _parse(decoded(data, name), name, context)
        try:
            module.verify()
        except VerifyException as error:
            raise ReadError(f"{name}: {first_line(error)}") from error
    return module


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Leave out the search for garbage: a reader makes a great many objects that stay, and to look through them again
    and again takes a fifth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def mentions_our_dialects(data: bytes) -> bool:
    """Whether this is a text with ops of the dialects arch, region or sched."""
    return _OUR_OPS.search(data.decode(errors="replace")) is not None


def _parse(text: str, name: str, context: Context) -> ModuleOp:
    # Ops that nobody here knows were kept when the model was read, so they may stand in what fastc printed.
    tolerant = context.clone()
    tolerant.allow_unregistered = True
    try:
        module = _PlacingParser(tolerant, text, name).parse_module()
    except ParseError as error:
        start = error.span.start
        line = text.count("\n", 0, start) + 1
        column = start - text.rfind("\n", 0, start)
        message = error.msg
        if "builtin.unregistered does not have a custom format" in message:
            message = "no dialect here has this op; if it is meant, write it in generic syntax"
        raise ReadError(f"{name}:{line}:{column}: {message}") from error
    except VerifyException as error:
        raise ReadError(f"{name}: {first_line(error)}") from error
    for op in module.walk():
        if isinstance(op, UnregisteredOp) and op.op_name.data.partition(".")[0] in OUR_DIALECTS:
            raise ReadError(f"{name}: there is no op '{op.op_name.data}' in that dialect; see docs/architecture.md")
    return module


class _PlacingParser(ExactParser):
    """The parser, and an op without a location gets its place in the text, as MLIR's parser gives it; what a short form
    stands for has the place of the op around it."""

    def __init__(self, context: Context, text: str, name: str) -> None:
        super().__init__(context, text, name)
        self._file = StringAttr(name)
        self._lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def parse_operation(self) -> Operation:
        start = self.pos
        op = super().parse_operation()
        if isinstance(op.location, UnknownLoc):
            line = bisect_right(self._lines, start)
            op.location = FileLineColLoc(self._file, IntAttr(line), IntAttr(start - self._lines[line - 1] + 1))
        for inner in (inner for region in op.regions for block in region.blocks for inner in block.ops):
            if isinstance(inner.location, UnknownLoc):
                inner.location = op.location
        return op


def first_line(error: Exception) -> str:
    """The message of xDSL's error without the dump of the module that follows it."""
    return str(error).strip().splitlines()[0]
