"""Answer many inputs, in order, in one process or several.

Each worker process has one task at a time. A worker that dies, or whose task takes too
long, costs that task a failure and is replaced; all other tasks are unharmed.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from ..corpus.report import Failure, Report, Source
from .archive import Input, read

if TYPE_CHECKING:
    from .results import Prepared

Answer = Report | Failure
LOADER = "gouji.inference.pipeline:load"
_START_SECONDS = 300.0
_AHEAD = 8


class PipelineError(RuntimeError):
    """The pipeline could not be loaded."""


class Job(NamedTuple):
    """What every worker is to do.

    ``loader`` names the pipeline's loader as ``module:function``; findings below
    ``min_confidence`` are left out; with ``for_folder`` answers are prepared for an output
    folder, with ``pages`` their pages are rendered too.
    """

    loader: str = LOADER
    model: str | None = None
    min_confidence: float = 0.0
    for_folder: bool = False
    pages: bool = False


class Answered(NamedTuple):
    """An answer, and its share of an output folder's files where the job asks for it."""

    answer: Answer
    prepared: Prepared | None = None


class _Timeout(BaseException):
    """Not an Exception, so that no handler on the way swallows it."""


def load(loader: str, model: str | None) -> Any:
    """The pipeline that ``module:function`` gives.

    Raises
    ------
    PipelineError
        If it cannot be loaded; the message says why.
    """
    from ..models.store import ModelError

    module, _, function = loader.partition(":")
    try:
        pipeline = getattr(importlib.import_module(module), function)(model)
    except ModelError as error:
        raise PipelineError(str(error)) from error
    except Exception as error:
        raise PipelineError(f"{type(error).__name__}: {error}") from error
    spare_garbage_collection()
    return pipeline


_YOUNG = 7_000


def spare_garbage_collection() -> None:
    """Look for garbage in cycles seldom, and not in what is loaded: models live as long as the process.

    A report makes thousands of small tuples, all gone with it, and hardly a cycle; looking through them after each
    700, as Python does, takes a hundredth of the time.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def answer(pipeline: Any, item: Input) -> Answer:
    """Read one input and say all about it; a bug becomes a failure of this input."""
    document = None
    try:
        document = read(item)
        return document if isinstance(document, Failure) else pipeline.read(document)
    except Exception as error:
        source = document.source if document is not None else Source(item.path)
        return Failure(source, "internal", f"{type(error).__name__}: {error}"[:300])


def perform(pipeline: Any, item: Input, job: Job) -> Answered:
    """All that a job wants of one input."""
    result = answer(pipeline, item)
    if job.min_confidence and isinstance(result, Report):
        result = replace(result, findings=tuple(f for f in result.findings if f.confidence >= job.min_confidence))
    if not job.for_folder:
        return Answered(result)
    from .results import prepare

    try:
        return Answered(result, prepare(result, pages=job.pages))
    except Exception as error:
        return Answered(Failure(result.source, "internal", f"{type(error).__name__} in writing: {error}"[:300]))


def answers(
    items: Iterable[Input | Answer], job: Job, *, n_workers: int = 1, timeout: float = 60.0
) -> Iterator[Answered]:
    """One answer for each item, in order; items that are answers already pass through.

    Raises
    ------
    PipelineError
        If the pipeline cannot be loaded.
    """
    if n_workers > 1:
        yield from _Pool(n_workers, timeout, job).run(items)
        return
    pipeline = None
    for item in items:
        if not isinstance(item, Input):
            yield Answered(item)
            continue
        if pipeline is None:
            pipeline = load(job.loader, job.model)
        try:
            with _alarm(timeout):
                result = perform(pipeline, item, job)
        except _Timeout:
            result = _timed_out(item.path, timeout)
        yield result


def _timed_out(path: str, seconds: float) -> Answered:
    return Answered(Failure(Source(path), "timeout", f"not done after {seconds:g} seconds"))


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Interrupt what takes too long, where the system can (only the main thread of a POSIX process)."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(*_: object) -> None:
        raise _Timeout

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _work(pipe: Connection, job: Job) -> None:
    """The life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers
    try:
        pipeline = load(job.loader, job.model)
    except PipelineError as error:
        pipe.send(error)
        return
    pipe.send("ready")
    while True:
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            return
        if item is None:
            return
        try:
            pipe.send(perform(pipeline, item, job))
        except (BrokenPipeError, ConnectionError):
            return


class _Worker:
    """A process, its pipe and its task."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, job), daemon=True)
        self.process.start()
        theirs.close()
        self.is_ready = False
        self.task: int | None = None
        self.due = time.monotonic() + _START_SECONDS

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


class _Pool:
    def __init__(self, n_workers: int, timeout: float, job: Job) -> None:
        self._n_workers = n_workers
        self._timeout = timeout
        self._job = job
        self._workers: list[_Worker] = []
        self._done: dict[int, Answered] = {}
        self._items: dict[int, Input] = {}
        self._waiting: deque[int] = deque()
        self._n_failed_starts = 0

    def run(self, items: Iterable[Input | Answer]) -> Iterator[Answered]:
        stream = iter(items)
        n_in = n_out = 0
        is_open = True
        try:
            while True:
                while is_open and n_in - n_out < self._n_workers * _AHEAD:
                    item = next(stream, None)
                    if item is None:
                        is_open = False
                        break
                    if isinstance(item, Input):
                        self._items[n_in] = item
                        self._waiting.append(n_in)
                    else:
                        self._done[n_in] = Answered(item)
                    n_in += 1
                while n_out in self._done:
                    yield self._done.pop(n_out)
                    n_out += 1
                if self._items:
                    self._turn()
                elif not is_open and n_out == n_in:
                    return
        finally:
            for worker in self._workers:
                worker.end()

    def _turn(self) -> None:
        """Hand out tasks, then wait until something happens."""
        n_busy = sum(w.task is not None for w in self._workers)
        while len(self._workers) < min(self._n_workers, n_busy + len(self._waiting)):
            self._workers.append(_Worker(self._job))
        for worker in self._workers:
            if worker.is_ready and worker.task is None and self._waiting:
                worker.task = self._waiting.popleft()
                worker.due = time.monotonic() + self._timeout
                with suppress(BrokenPipeError, ConnectionError):  # it died; the wait below finds it
                    worker.pipe.send(self._items[worker.task])
        active = [w for w in self._workers if w.task is not None or not w.is_ready]
        seconds = max(0.0, min(w.due for w in active) - time.monotonic())
        happened = set(wait([w.pipe for w in active], seconds))
        for worker in active:
            if worker.pipe in happened:
                self._hear(worker)
            elif time.monotonic() >= worker.due:
                self._lose(worker, None)

    def _hear(self, worker: _Worker) -> None:
        try:
            said = worker.pipe.recv()
        except Exception as error:  # its end of the pipe is closed, or what came cannot be read
            self._lose(worker, error)
            return
        if isinstance(said, PipelineError):
            raise said
        if not worker.is_ready:
            worker.is_ready = True
            self._n_failed_starts = 0
        elif worker.task is not None:
            self._finish(worker, said)

    def _finish(self, worker: _Worker, result: Answered) -> None:
        assert worker.task is not None
        self._done[worker.task] = result
        del self._items[worker.task]
        worker.task = None

    def _lose(self, worker: _Worker, error: Exception | None) -> None:
        """A worker died (``error`` given) or overran its time: answer its task, let it go."""
        self._workers.remove(worker)
        if worker.task is None:
            self._n_failed_starts += 1
            worker.end()
            if self._n_failed_starts >= 3:
                raise PipelineError("worker processes end before they are ready")
            return
        path = self._items[worker.task].path
        if error is None:
            failure = _timed_out(path, self._timeout)
        else:
            worker.process.join(1)
            message = f"the process that read it ended (exit status {worker.process.exitcode})"
            failure = Answered(Failure(Source(path), "internal", message))
        self._finish(worker, failure)
        worker.end()
