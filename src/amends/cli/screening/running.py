"""Screens files one after the other or several at once, and gives the answers in the order of the files.

Several at once means processes: each has a fork server of its own, and what a file did to its reader stays with that
reader. A process that dies takes no file with it: what it had in hand counts as not screened, and nothing is clear
that nobody looked at.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from amends.cli.screening.found_files import FoundFile
from amends.scan.audience_screening import AudienceScreening, Conditions, screen_for
from amends.vocabulary.errors import AmendsError, FaultError, UsageError
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

MOST_JOBS: Final = 64
_AHEAD: Final = 4
"""Files handed out for each process beyond the one whose answer is waited for: bounds what is kept in memory."""
FAILED: Final = "screening-failed"
_FOLDER_UNREADABLE: Final = "folder-unreadable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one file."""

    screening: AudienceScreening
    fault: bool = False
    """Whether the program failed on it; the screening then says that it was not screened."""


Screener = Callable[[FoundFile], AudienceScreening]


def answers(
    files: Iterable[FoundFile], conditions: Conditions, *, jobs: int, screener: Screener | None = None
) -> Iterator[Answer]:
    """Yield the answer for each file, in their order.

    ``screener`` takes the place of the plain screening where each is recorded; then everything happens in this
    process. Raises `UsageError` ``jobs-invalid``.
    """
    if not 1 <= jobs <= MOST_JOBS:
        raise UsageError(
            "jobs-invalid",
            "so many files at once cannot be",
            hint=f"give a number from 1 to {MOST_JOBS}",
            where="--jobs",
        )
    if screener is not None or jobs == 1:
        screen = screener or (lambda file: _screened(file, conditions))
        for file in files:
            yield _answer(file, screen)
        return
    yield from _several_at_once(files, conditions, jobs)


def _several_at_once(files: Iterable[FoundFile], conditions: Conditions, jobs: int) -> Iterator[Answer]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Forked before any file is opened and before any thread is there; the conditions are in memory by then.
    pool = ProcessPoolExecutor(
        jobs, mp_context=get_context("fork"), initializer=_take_conditions, initargs=(conditions,)
    )
    waiting: deque[tuple[FoundFile, Future[Answer] | None]] = deque()
    try:
        for file in files:
            waiting.append((file, _submitted(pool, file)))
            if len(waiting) > jobs * _AHEAD:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _submitted(pool: ProcessPoolExecutor, file: FoundFile) -> Future[Answer] | None:
    try:
        return pool.submit(_in_worker, file)
    except RuntimeError:  # the pool is broken
        return None


def _result(file: FoundFile, future: Future[Answer] | None) -> Answer:
    try:
        return future.result() if future is not None else _failed(file)
    except Exception:
        # A worker that was killed; the text of the error is about the pool and says nothing to anybody.
        return _failed(file)


_conditions: list[Conditions] = []


def _take_conditions(conditions: Conditions) -> None:
    _conditions[:] = [conditions]


def _in_worker(file: FoundFile) -> Answer:
    return _answer(file, lambda found: _screened(found, _conditions[0]))


def _answer(file: FoundFile, screen: Screener) -> Answer:
    """Return the answer for one file; what went wrong with one is said, and the others are screened all the same."""
    if file.unreadable:
        return _not_screened(
            file, _FOLDER_UNREADABLE, "The folder cannot be listed, so nobody knows what is in it."
        )
    try:
        return Answer(screen(file))
    except FaultError:
        raise
    except AmendsError as error:
        if not error.code.startswith("file-"):
            raise
        return _not_screened(file, error.code, error.message)
    except Exception:
        # The text of a foreign error may quote what it choked on.
        return _failed(file)


def _screened(file: FoundFile, conditions: Conditions) -> AudienceScreening:
    return screen_for(file.path, conditions, shown=file.shown)


def _failed(file: FoundFile) -> Answer:
    reason = "The screening itself failed; nobody knows what is in the file."
    return Answer(_not_screened(file, FAILED, reason).screening, fault=True)


def _not_screened(file: FoundFile, code: str, reason: str) -> Answer:
    skipped = (Skipped(Provenance.of(file.path.name), code, reason),)
    return Answer(AudienceScreening(file.shown, "", 0, ScreeningVerdict.INCOMPLETE, (), skipped))
