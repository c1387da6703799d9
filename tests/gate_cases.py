"""A small ledger with people who are held and people who are not, and a gate over it that runs in the test."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amends.gate.answering import Answering
from amends.gate.opening import lookup_for, open_desk
from amends.gate.question import Kind, Question
from amends.gate.reading import Lookup
from amends.gate.recording import Desk
from amends.gate.self_check import SelfCheck
from tests.ledger_cases import NOW, LedgerCase, protected_incident

if TYPE_CHECKING:
    from amends.ledger.models import Incident

HELD = ("A000000002", "A000000003", "A000000004")
"""Identifiers of the rows that `protected_incident` holds. Normalised they have fewer than four digits' worth
of zeros left, and are told apart all the same."""
KNOWN = ("B700000001", "B700000002")
UNKNOWN = "C999999999"
ACTION = "removal"


@dataclass
class Hands:
    """A wall clock and a stop-watch that a test moves; they run together unless it says otherwise."""

    wall: datetime = NOW
    seconds: float = 1000.0

    def now(self) -> datetime:
        return self.wall

    def stopwatch(self) -> float:
        return self.seconds

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class SmallGate:
    """A gate without threads and HTTP: what the thread does, done when the test asks."""

    case: LedgerCase
    desk: Desk
    answering: Answering
    check: SelfCheck
    hands: Hands
    key: str
    lookups: list[Lookup] = field(default_factory=list)

    def ask_all(
        self, identifiers: Iterable[object], *, action: str = ACTION, key: str | None = None
    ) -> list[dict[str, Any]]:
        """Ask about these in one micro-batch."""
        header = f"Bearer {key or self.key}".encode()
        questions = [
            Question(Kind.CHECK, header, json.dumps({"identifier": i, "action": action}).encode())
            for i in identifiers
        ]
        self.answering.answer(questions)
        return [json.loads(q.sent.body) for q in questions if q.sent is not None]

    def ask(self, identifier: object, *, action: str = ACTION, key: str | None = None) -> tuple[str, str]:
        """Ask about one; return answer and reason."""
        (answer,) = self.ask_all([identifier], action=action, key=key)
        return answer["answer"], answer["reason"]

    def reopen(self) -> SmallGate:
        """End this gate and start another one over the same ledger and store."""
        self.close()
        return small_gate(self.case, key=self.key, hands=self.hands)

    def close(self) -> None:
        for lookup in self.lookups:
            lookup.close()
        self.desk.store.close()


def small_gate(
    case: LedgerCase, *, key: str, hands: Hands | None = None, checked: bool = True, url: str | None = None
) -> SmallGate:
    """Return a gate over a ledger; ``checked``: its self-check has had its first round."""
    hands = hands or Hands()
    desk = open_desk(case.home, hands.now, stopwatch=hands.stopwatch)
    # A busy machine is slow, not wrong.
    lookups = [lookup_for(case.home, case.url if url is None else url, seconds=10) for _ in range(2)]
    check = SelfCheck(desk, lookups[1], stopwatch=hands.stopwatch)
    if checked:
        check.attempt()
    return SmallGate(case, desk, Answering(desk, lookups[0]), check, hands, key, lookups)


def held_population(folder: Path, rows: int = 3) -> Incident:
    """Hold some invented people and let the registry know them and two others; returns the incident."""
    from amends.ledger import current
    from amends.ledger.gate_index import touch
    from amends.ledger.models import GateState, KnownIdentifier
    from amends.vocabulary.identifier import normalised_identifier

    incident = protected_incident(folder, rows)
    sealer = current.sealer()
    known = [*(f"A{n:09d}" for n in range(2, rows + 2)), *KNOWN]
    KnownIdentifier.objects.bulk_create(
        KnownIdentifier(
            fingerprint=sealer.fingerprint(normalised_identifier(text)), key_id=sealer.fingerprint_key_id
        )
        for text in known
    )
    touch()
    GateState.objects.update(known_identifiers=len(known))
    return incident


def issue_key(
    *,
    system: str = "removals",
    kind: str = "live",
    actions: Sequence[str] = (ACTION,),
    rate: int = 100_000,
    expires_at: datetime | None = None,
) -> str:
    """Register an acting system, where it is new, with a key; return the key."""
    from amends.ledger.gate_index import touch
    from amends.ledger.models import ActingSystem, ApiKey

    found, _ = ActingSystem.objects.get_or_create(
        name=system,
        defaults={
            "title": "Removals",
            "contact": "Duty office",
            "actions": [ACTION, "transfer"],
            "registered_at": NOW,
        },
    )
    secret = base64.urlsafe_b64encode(secrets.token_bytes(32)).rstrip(b"=").decode()
    key_id = secrets.token_hex(6)
    ApiKey.objects.create(
        key_id=key_id,
        system=found,
        kind=kind,
        secret_sha256=hashlib.sha256(secret.encode()).hexdigest(),
        actions=list(actions),
        requests_per_second=rate,
        created_at=NOW,
        expires_at=expires_at,
    )
    touch()
    return f"amends_{kind}_{key_id}_{secret}"
