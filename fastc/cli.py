"""The command line: finds the command, and turns what goes wrong into one message and an exit code.

``fastc.commands`` has the commands. This imports little, to answer at once.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import sys
import threading
from collections.abc import Sequence

from fastc import __version__
from fastc.commands import COMMANDS, overview
from fastc.errors import FastcError, InputError, NoAnswerError, printable, suggestion

OBJECTS = 50_000
"""New objects between two looks for garbage that refers to itself: IR is made of objects that live long, and Python's
700 take a third of a compilation to go through them again and again."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code; as the program (``argv`` None), end at once where work is left over."""
    if argv is None:
        gc.set_threshold(OBJECTS)
    code = _run(list(sys.argv[1:] if argv is None else argv))
    if argv is None:
        _leave_behind(code)
    return code


def _leave_behind(code: int) -> None:
    """End the process where a search has left a thread at work that Python would wait for."""
    if all(thread is threading.main_thread() or thread.daemon for thread in threading.enumerate()):
        return
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(arguments: list[str]) -> int:
    _route_warnings()
    if sys.stdout is None:  # closed by the shell: writing to it fails, as it does for any program
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        return 141  # a table whose reader has gone: rich ends the program by itself
    except BrokenPipeError:
        _discard_output()
        return 141
    except OSError as error:
        if error.filename is not None:
            return _report_error(error)
        _discard_output()
        return _report_error(InputError(f"standard output cannot be written: {error.strerror}"))
    except Exception as error:
        if os.environ.get("FASTC_TRACEBACK"):
            raise
        return _report_error(error)
    return code


def _discard_output() -> None:
    """What standard output did not take must not be flushed into it again when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        (sys.stdout if arguments else sys.stderr).write(overview())
        return 0 if arguments else 2
    if arguments[0] in ("-V", "--version"):
        print(f"fastc {__version__}")
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        hint = suggestion(command, COMMANDS) or f"; there is {', '.join(COMMANDS)}"
        raise InputError(f"there is no command '{command}'{hint}")
    return COMMANDS[command].load().run(rest)


def _report_error(error: Exception) -> int:
    """One message on standard error; the exit code."""
    if isinstance(error, FastcError):
        message = str(error)
    elif isinstance(error, RecursionError):
        message = "the input is nested too deeply"
    elif _is_diagnostic(error):
        message = _brief(str(error))
    else:
        message = (
            f"internal error: {type(error).__name__}: {error}; run with FASTC_TRACEBACK=1 and report what it shows"
        )
    with contextlib.suppress(OSError):  # standard error may be what cannot be written
        print(f"fastc: error: {printable(message)}", file=sys.stderr)
    return 1 if isinstance(error, NoAnswerError) else 2


def _is_diagnostic(error: Exception) -> bool:
    """Whether xDSL raised this about the user's IR; if it did, it is loaded."""
    if "xdsl" not in sys.modules:
        return False
    from xdsl.utils.exceptions import DiagnosticException, ParseError

    return isinstance(error, DiagnosticException | ParseError)


def _brief(text: str) -> str:
    """A diagnostic without the module that xDSL prints around it."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[0] if lines else "the IR does not verify"


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


def _route_warnings() -> None:
    """What the libraries log goes to standard error, one line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Formatter("fastc: warning: %(message)s"))
    said: set[str] = set()

    def is_new(record: logging.LogRecord) -> bool:
        # The model is compiled for the baseline too, which meets the same obstacles again.
        message = record.getMessage()
        known = message in said
        said.add(message)
        return not known

    handler.addFilter(is_new)
    for name in ("fastc", "passes", "dialects", "hwmodels"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())
