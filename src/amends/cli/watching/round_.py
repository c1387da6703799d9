"""One round of the watched folder: what was left, what has been released, what has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from amends.cli.released import Releases
from amends.cli.watching.copying import ChangedError
from amends.cli.watching.inbox import Inbox, Seen, State
from amends.cli.watching.intake import Copied, Entry, Intake, NotAFileError
from amends.cli.watching.publishing import Outbox, Quarantine
from amends.scan.judging import NAME_UNSAFE, Judge, Judged, not_judged
from amends.vocabulary.errors import FaultError
from amends.vocabulary.outcomes import ScreeningVerdict


class Result(StrEnum):
    """What came of one file in one round."""

    PUBLISHED = "published"
    RELEASED = "released"
    """Published although it has findings: two people released it."""
    HELD = "held"
    WAITING = "waiting"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file. It names the file by its hash: names of files may say who is in them."""

    result: Result
    sha256: str = ""
    verdict: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Doorway:
    """The folders of one door, and who judges at it."""

    inbox: Inbox
    intake: Intake
    outbox: Outbox
    quarantine: Quarantine
    judge: Judge
    releases: Releases
    clock: Callable[[], datetime]

    def round(self) -> Iterator[Outcome]:
        """Take every file one step on its way, and yield what came of each.

        A file that cannot be taken on (a full disk, a ledger that is away) stays where it is, and comes again
        with the next round.
        """
        for entry in self.intake.under_way():
            yield self._taken_on(entry)
        released = self._released()
        for sha256, held in self.quarantine.held().items():
            if sha256 in released:
                yield self._taken_on(self.intake.take_back(held))
        try:
            seen_now = self.inbox.look()
        except OSError as error:
            yield Outcome(Result.FAILED, why=f"The inbox cannot be read: {error.strerror}.")
            return
        for seen in seen_now:
            yield self._from_inbox(seen)

    def _released(self) -> frozenset[str]:
        try:
            return self.releases.standing()
        except FaultError:
            return frozenset()

    def _from_inbox(self, seen: Seen) -> Outcome:
        if seen.state is not State.WHOLE:
            result = Result.WAITING if seen.state is State.WAITING else Result.REFUSED
            return Outcome(result, why=seen.why)
        try:
            entry = self.intake.take(self.inbox.folder / seen.name)
        except (FileNotFoundError, ChangedError):
            return Outcome(Result.WAITING, why="It changed while it was taken.")
        except OSError as error:
            return Outcome(Result.FAILED, why=f"It cannot be taken: {error.strerror}.")
        return self._taken_on(entry)

    def _taken_on(self, entry: Entry) -> Outcome:
        try:
            copied = entry.copied()
            if copied is None:
                entry.remove()
                return Outcome(Result.WAITING, why="Nothing was left of it to do.")
            return self._decided(entry, copied)
        except ChangedError:
            return Outcome(Result.WAITING, why="Somebody still writes into it.")
        except NotAFileError as error:
            return Outcome(Result.REFUSED, why=str(error))
        except OSError as error:
            return Outcome(Result.FAILED, why=f"It stays in the intake: {error.strerror}.")
        except FaultError as error:
            return Outcome(Result.FAILED, why=error.message)

    def _decided(self, entry: Entry, copied: Copied) -> Outcome:
        judged = not_judged(NAME_UNSAFE) if copied.fault else self.judge(copied.copy)
        released = not judged.passes and not copied.fault and self.releases.holds(copied.sha256)
        if judged.passes or released:
            self.outbox.publish(entry, copied)
            result = Result.RELEASED if released else Result.PUBLISHED
        else:
            self.quarantine.hold(entry, copied, judged, at=self.clock())
            result = Result.HELD
        entry.let_go(copied)
        return Outcome(result, copied.sha256, judged.verdict.value, _why(judged))


def _why(judged: Judged) -> str:
    return "" if judged.verdict is ScreeningVerdict.CLEAR else " ".join(judged.in_words())
