"""Puts a gate together: store, guard, look-ups, threads, application."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from amends.gate.answering import Answering
from amends.gate.answers import AnswerWriter
from amends.gate.application import GateApplication
from amends.gate.clocks import WatchedClock
from amends.gate.fingerprints import CurrentFingerprints
from amends.gate.guard import Guard, Seen
from amends.gate.http import Place
from amends.gate.keys import RateLimits
from amends.gate.late import LateAnswers
from amends.gate.listing import ListAnswering
from amends.gate.question import Kind, Question
from amends.gate.reading import Lookup
from amends.gate.recording import Desk
from amends.gate.self_check import SelfCheck
from amends.gate.sqlite_lookup import SqliteLookup
from amends.gate.store import GateStore
from amends.gate.workers import Worker
from amends.ledger.home import LedgerHome
from amends.vocabulary.plugins import load_plugins

LOOK_UP_SECONDS: Final = 0.15


def open_desk(
    home: LedgerHome, clock: Callable[[], datetime], *, stopwatch: Callable[[], float] = time.monotonic
) -> Desk:
    """Open the store and take up where the last run of the gate ended.

    Raises `FaultError` where the ledger's key cannot be read, ``sqlite3.Error`` where the store cannot be opened.
    """
    fingerprints = CurrentFingerprints(home)
    store = GateStore(home)
    _take_notice_of_a_restore(home, store)
    seen = Seen(
        int(store.mark("generation") or 0), int(store.mark("sequence") or 0), store.mark("head") or ""
    )
    guard = Guard(
        seen, older=store.mark("older") == "1", accepted=_accepted_before(store), stopwatch=stopwatch
    )
    return Desk(
        store=store,
        guard=guard,
        fingerprints=fingerprints,
        writer=AnswerWriter(home),
        clock=WatchedClock(clock, not_before=store.last_answer_at, stopwatch=stopwatch),
        late=LateAnswers(),
        rates=RateLimits(stopwatch),
        numbers=itertools.count(store.first_number).__next__,
    )


def _accepted_before(store: GateStore) -> int:
    """Return the number of the last acceptance that a run of this gate has taken."""
    mark = store.mark("accepted")
    if mark is not None:
        return int(mark)
    found = store.acceptances(after=0)
    return found[-1][0] if found else 0


def _take_notice_of_a_restore(home: LedgerHome, store: GateStore) -> None:
    """Regard a ledger that was restored from a copy as older than what was seen, until an operator accepts it.

    The copy of this store is of the same moment as that of the ledger, so that nothing else could tell.
    """
    if home.restored_mark.exists():
        store.set_marks({"older": 1})
        home.restored_mark.unlink()


def lookup_for(home: LedgerHome, database_url: str, *, seconds: float = LOOK_UP_SECONDS) -> Lookup:
    """Return a new look-up connection to the ledger; it connects when it is first used.

    ``seconds``: how long PostgreSQL may take for one look-up. (A local file is quick or hangs.)
    """
    if not database_url:
        return SqliteLookup(home.database)
    from amends.gate.postgresql_lookup import PostgresqlLookup

    return PostgresqlLookup(database_url, seconds=seconds)


def open_gate(home: LedgerHome, database_url: str, clock: Callable[[], datetime]) -> GateApplication:
    """Return the application; its threads start with the ASGI lifespan."""
    desk = open_desk(home, clock)

    def workers(deliver: Callable[[Sequence[Question]], None]) -> Mapping[Kind, Worker]:
        answering = Answering(desk, lookup_for(home, database_url))
        listing = ListAnswering(desk, Answering(desk, lookup_for(home, database_url)))
        checks = Worker("checks", answering.answer, deliver=deliver)
        lists = Worker("lists", lambda found: listing.answer(found[0]), deliver=deliver, at_once=1)
        return {Kind.CHECK: checks, Kind.CALLER: checks, Kind.LIST: lists}

    place = Place(home, desk.store, clock)
    self_check = SelfCheck(desk, lookup_for(home, database_url))
    return GateApplication(desk, place, workers, self_check, load_plugins("amends.gate.endpoints"))
