"""Other processes, on this machine or on a cluster, that evaluate beside each other.

Both kinds are executors of ``concurrent.futures``. JAX is never forked: the processes begin anew, or are copies of one
that has not imported it.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeVar

from fastc.errors import InputError

T = TypeVar("T")

ATTEMPTS = 4
"""How often one task may take its worker down before it is given up."""

LOOK_S = 5.0
"""How often one who waits for a task looks whether the scheduler is still there."""

CONNECT_S = 10.0
"""How long a scheduler, and then its first worker, may take to answer."""


class Workers(Protocol):
    """Where tasks can be sent."""

    width: int
    """Tasks that run at once."""
    lost: tuple[type[BaseException], ...]
    """What a task's future raises where its worker died; the task may be sent again."""

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        """Begin with ``function(*arguments)``; a function that can be imported, and is pure."""
        ...

    def result(self, future: Future[T]) -> T:
        """What a submitted task gives, waited for as long as there is somebody to give it."""
        ...

    def run(self, function: Callable[..., T], *arguments: object) -> T:
        """``function(*arguments)``, tried anew where a worker died."""
        ...

    def close(self) -> None:
        """Give the workers up, without waiting."""
        ...


class _Resilient:
    """``run`` for either kind."""

    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        raise NotImplementedError

    def result(self, future: Future[T]) -> T:
        return future.result()

    def run(self, function: Callable[..., T], *arguments: object) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return self.result(self.submit(function, *arguments))
            except self.lost:
                continue
        try:
            return self.result(self.submit(function, *arguments))
        except self.lost as error:
            raise InputError(
                f"{ATTEMPTS} workers died one after the other ({error}): perhaps the memory is short; use fewer, and "
                "with --journal go on from here"
            ) from None


class ProcessWorkers(_Resilient):
    """``count`` processes on this machine. A pool that lost one is replaced."""

    def __init__(self, count: int) -> None:
        self.width = count
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        for _ in range(ATTEMPTS):
            with self._lock:
                if self._pool is None:
                    self._pool = _pool(self.width)
                pool = self._pool
            try:
                return pool.submit(function, *arguments)
            except BrokenProcessPool:
                with self._lock:
                    if self._pool is pool:
                        self._pool = None
        raise InputError(f"{ATTEMPTS} pools of processes died one after the other; use --jobs 1")

    def close(self) -> None:
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None


def _pool(count: int) -> ProcessPoolExecutor:
    # A forked server has imported what the tasks need, and nothing that runs threads.
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(["fastc.dse.exact"])
    return ProcessPoolExecutor(count, context, initializer=_begin_worker)


def _begin_worker() -> None:
    """Ctrl-C is for the main process; a worker ends with it, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


class SchedulerWorkers(_Resilient):
    """The workers of a Dask scheduler at ``address``, such as ``tcp://10.0.0.1:8786``.

    Raises InputError where distributed is not installed, nobody answers, there is no worker, or one has another
    version of fastc.
    """

    def __init__(self, address: str, version: str) -> None:
        try:
            distributed = importlib.import_module("distributed")
        except ImportError:
            raise InputError(
                f"--scheduler {address}: a scheduler needs dask's distributed, which is not installed; "
                "pip install 'fastc-compiler[dask]'"
            ) from None
        self._address = address
        # What happens to the cluster is said once, as an error of ours.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self.lost: tuple[type[BaseException], ...] = (BrokenExecutor, distributed.scheduler.KilledWorker)
        self._client = _connected(distributed, address)
        try:
            self.width = self._workers(distributed, version)
        except BaseException:
            self._client.close()
            raise
        self._executor: Executor = self._client.get_executor(pure=False)

    def _workers(self, distributed: Any, version: str) -> int:
        """Tasks that run at once."""
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_S)
        except (TimeoutError, distributed.TimeoutError):
            raise InputError(
                f"--scheduler {self._address}: it has no worker; start one: dask worker {self._address} --nthreads 1"
            ) from None
        try:
            versions = self._client.run(_version)
        except Exception as error:  # noqa: BLE001 - whatever a worker without fastc raises
            raise InputError(
                f"--scheduler {self._address}: a worker cannot import fastc ({error}); install it there"
            ) from None
        for worker, theirs in versions.items():
            if theirs != version:
                raise InputError(
                    f"--scheduler {self._address}: the worker {worker} has fastc {theirs}, and this is {version}: "
                    "results would mix; install one version"
                )
        return max(1, sum(self._client.nthreads().values()))

    def submit(self, function: Callable[..., T], *arguments: object) -> Future[T]:
        try:
            return self._executor.submit(function, *arguments)
        except Exception:
            self._refuse_if_gone()
            raise

    def result(self, future: Future[T]) -> T:
        while True:
            try:
                return future.result(timeout=LOOK_S)
            except TimeoutError:
                if future.done():
                    raise
                # What a dead scheduler was asked for may stay open for ever.
                self._refuse_if_gone()

    def run(self, function: Callable[..., T], *arguments: object) -> T:
        try:
            return super().run(function, *arguments)
        except (CancelledError, OSError):
            self._refuse_if_gone()
            raise

    def _refuse_if_gone(self) -> None:
        """Raise InputError where the scheduler is what failed."""
        if self._client.status != "running":
            raise InputError(
                f"--scheduler {self._address}: the scheduler is gone; start it again, and with --journal go on from "
                "here"
            ) from None

    def close(self) -> None:
        self._executor.shutdown(wait=False)  # the futures go with the client
        self._client.close(timeout=1)


def _connected(distributed: Any, address: str) -> Any:
    try:
        if not address:  # for which Dask would start a cluster of its own here
            raise ValueError("the address is empty")
        return distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(
            f"--scheduler {address}: no Dask scheduler answers there ({str(error) or type(error).__name__}); write its "
            "address as 'dask scheduler' prints it, such as tcp://127.0.0.1:8786"
        ) from None


def _version() -> str:
    from fastc import __version__

    return __version__
