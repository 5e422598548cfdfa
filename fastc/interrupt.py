"""Ctrl-C during a search."""

from __future__ import annotations

import os
import signal
import threading


class Interrupt:
    """Ctrl-C during a search: the first asks it to stop, the second ends the program. Before and after, Ctrl-C ends it.

    ``searching`` says that the search has begun.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.searching = False
        self._before: object = None

    def __enter__(self) -> Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._before)  # pyright: ignore[reportArgumentType] - what it returned

    def _handle(self, *_: object) -> None:
        if self.stop.is_set() or not self.searching:
            raise KeyboardInterrupt
        self.stop.set()
        os.write(2, b"\nfastc: stopping with the best so far; Ctrl-C again stops at once\n")
