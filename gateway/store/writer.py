"""The one writer.

A thread that owns the only writing connection, and commits for everybody waiting (group commit).

Callers submit work and block until it is durable. The writer takes all that is waiting, runs it in
one ``BEGIN IMMEDIATE``, commits with one fsync, answers everybody, and only then checkpoints.
Captures (facts) go ahead of bulk work, and bulk work is taken in slices so that no scan waits
behind an import.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any

from config.schema import StoreSettings
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.store.connection import storage_problem
from gateway.store.jobs import Handler, Job
from gateway.store.storage import Storage
from gateway.store.transaction import Tx

log = logging.getLogger(__name__)

LINGER_SHARE = 0.3
PROBE_S = 0.5


class Writer:
    """Runs jobs on a ``Storage`` in groups.

    ``on_commit(seq)`` is told the head after every durable group.
    """

    def __init__(
        self,
        storage: Storage,
        settings: StoreSettings,
        clock: Clock,
        on_commit: Callable[[int], None],
    ) -> None:
        self._storage = storage
        self._settings = settings
        self._clock = clock
        self._on_commit = on_commit
        self._incoming: SimpleQueue[tuple[bool, Job] | None] = SimpleQueue()
        self._captures: deque[Job] = deque()
        self._bulk: deque[Job] = deque()
        self._commit_us = 0
        # How many were answered together of late; falling slowly, so that callers who were once
        # parted find together again. Nobody who is alone is made to wait.
        self._company = 0
        self._awaited = 0  # how many the writer lingers for
        self._gathered: SimpleQueue[None] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job, *, capture: bool) -> None:
        """Take a job: its handler runs in the writer, together with the items of other waiting
        jobs of the same handler, and ``job.done`` is called once its results are durable.

        Problem store_busy, storage_failing or disk_full: it was not taken.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError(
                "work in the writer thread must use its transaction, not submit more work"
            )
        if self._stopping.is_set():
            raise Problem("store_busy")
        if (failure := self._storage.failure) is not None:
            raise failure.again()
        if (
            self._incoming.qsize() + len(self._captures) + len(self._bulk)
            >= self._settings.queue_max
        ):
            raise Problem("store_busy")
        self._incoming.put((capture, job))
        if 0 < self._awaited <= self._incoming.qsize():
            self._gathered.put(None)

    def stop(self) -> None:
        """Finish what is waiting, checkpoint, and end the thread."""
        self._stopping.set()
        self._incoming.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._work()
        finally:
            # However this thread ends, nobody may wait for it any more.
            self._storage.failure = self._storage.failure or Problem("store_busy")
            self._refuse_waiting(self._storage.failure)
            self._storage.close()

    def _work(self) -> None:
        while True:
            if not (self._captures or self._bulk) and not self._receive():
                break
            if self._storage.failure is not None:
                self._refuse_waiting(self._storage.failure)
                continue
            if self._company:
                self._linger()
            self._drain()
            self._group()

    def _receive(self) -> bool:
        """Wait for work (probing a failed storage meanwhile); False when it is time to end."""
        while (
            self._storage.failure is not None
            and self._incoming.empty()
            and not self._stopping.is_set()
        ):
            self._stopping.wait(PROBE_S)
            self._storage.recover()
        item = self._incoming.get()
        if item is None:
            return False
        self._take(item)
        return True

    def _take(self, item: tuple[bool, Job]) -> None:
        capture, job = item
        (self._captures if capture else self._bulk).append(job)

    def _drain(self) -> None:
        while not self._incoming.empty():
            item = self._incoming.get()
            if item is None:
                self._incoming.put(None)  # the end: after what waits now
                return
            self._take(item)

    def _linger(self) -> None:
        """If the last group had company, wait a share of a commit for as many to share this fsync.

        Who was just answered is often back at once with more; once all of them are, it begins.
        """
        pause_s = min(self._commit_us * LINGER_SHARE / 1e6, self._settings.linger_ms_max / 1e3)
        if pause_s < 0.0002:  # a fast disk gains nothing from waiting
            return
        while not self._gathered.empty():
            self._gathered.get()  # who came too late for the last group
        self._awaited = self._company - len(self._captures) - len(self._bulk)
        if self._incoming.qsize() < self._awaited:
            with suppress(Empty):
                self._gathered.get(timeout=pause_s)
        self._awaited = 0

    def _group(self) -> None:
        started = self._clock.monotonic_us()
        done: list[Job] = []
        try:
            tx = self._run_captures(self._storage.begin(self._clock.now_ms()), done)
            self._run_bulk(tx, done, started)
            commit_started = self._clock.monotonic_us()
            self._storage.commit(tx)
            self._commit_us = self._clock.monotonic_us() - commit_started
        except BaseException as error:  # noqa: BLE001 (every waiting caller must get an answer)
            problem = self._storage.fail(error)
            for job in done:
                job.error = problem.again()
                job.done()
            return
        self._company = max(len(done), self._company * 7 // 8) if len(done) > 1 else 0
        self._on_commit(tx.seq)
        for job in done:
            job.done()
        for callback in tx.callbacks:
            _call(callback)
        self._storage.checkpoint()

    def _run_captures(self, tx: Tx, done: list[Job]) -> Tx:
        """Run what waits on the capture lane; the transaction that goes on, a new one perhaps."""
        waiting: dict[Handler, list[Job]] = {}
        while self._captures:
            job = self._captures.popleft()
            done.append(job)
            waiting.setdefault(job.handler, []).append(job)
        if len(waiting) == 1 and not self._bulk:
            return self._undivided(tx, *waiting.popitem())
        for handler, jobs in waiting.items():
            if len(jobs) == 1 or not self._together(tx, handler, jobs):
                for job in jobs:
                    self._alone(tx, job)
        return tx

    def _undivided(self, tx: Tx, handler: Handler, jobs: list[Job]) -> Tx:
        """Run the only work of a transaction: it needs no savepoint, for the transaction is one."""
        try:
            _deal(jobs, handler(tx, [item for job in jobs for item in job.items]))
        except Exception as error:  # handed to the submitter, who raises it
            if storage_problem(error) is not None:
                raise
            tx = self._storage.begin_again(tx)
            if len(jobs) == 1:
                jobs[0].error = error
                return tx
            for job in jobs:
                self._alone(tx, job)
        return tx

    def _run_bulk(self, tx: Tx, done: list[Job], started: int) -> None:
        while self._bulk:
            job = self._bulk.popleft()
            done.append(job)
            self._alone(tx, job)
            if self._clock.monotonic_us() - started > self._settings.bulk_slice_ms * 1_000:
                return

    def _together(self, tx: Tx, handler: Handler, jobs: Sequence[Job]) -> bool:
        """Run several submissions of one handler as one.

        False when one of them failed and all were undone.
        """
        items = [item for job in jobs for item in job.items]
        probe = Job(handler, items)
        self._alone(tx, probe)
        if probe.error is not None:
            return False
        _deal(jobs, probe.result)
        return True

    def _alone(self, tx: Tx, job: Job) -> None:
        """Run one job in a savepoint of its own, so that its failure undoes nothing else."""
        try:
            with tx.attempt():
                job.result = job.handler(tx, job.items)
        except Exception as error:  # handed to the submitter, who raises it
            if storage_problem(error) is not None:
                raise  # the storage itself: the whole group fails
            job.error = error

    def _refuse_waiting(self, problem: Problem) -> None:
        self._drain()
        for job in (*self._captures, *self._bulk):
            job.error = problem.again()
            job.done()
        self._captures.clear()
        self._bulk.clear()


def _deal(jobs: Sequence[Job], results: list[Any]) -> None:
    """To each job its own part of the results."""
    start = 0
    for job in jobs:
        job.result = results[start : start + len(job.items)]
        start += len(job.items)


def _call(callback: Callable[[], None]) -> None:
    """What follows a commit cannot undo it, and must not take the writer down."""
    try:
        callback()
    except Exception:
        log.exception("a call after the commit failed")
