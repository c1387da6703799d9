"""What each acting system says it holds, beside what the ledger holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from amends.casework.acting_systems.alarms import Finding
from amends.casework.acting_systems.held_entries import held_ever, identifiers_of
from amends.casework.acting_systems.inbox import Holding, entries_held, latest_holding
from amends.casework.acting_systems.list_files import ListFolder
from amends.casework.acting_systems.list_keys import list_keys
from amends.ledger import current
from amends.ledger.bulk import in_chunks
from amends.ledger.models import (
    Acknowledgement,
    ActingSystem,
    Heartbeat,
    HeldIdentifier,
    HoldList,
    SystemHolding,
)
from amends.vocabulary.hold_list import entry_of_normalised

SILENT = "system-silent"
NEVER_ACKNOWLEDGED = "list-never-acknowledged"
BEHIND = "system-behind"
OTHER_LIST = "another-list-acknowledged"
HOLDS_OTHERS = "heartbeat-differs"
MISSING_THERE = "holds-missing-there"
SURPLUS_THERE = "holds-surplus-there"
NO_LIST = "list-not-published"
KINDS = (
    SILENT,
    NEVER_ACKNOWLEDGED,
    BEHIND,
    OTHER_LIST,
    HOLDS_OTHERS,
    MISSING_THERE,
    SURPLUS_THERE,
    NO_LIST,
)
MOST_REFERENCES = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one system stands: the last list, and the last of each thing that it said."""

    system: ActingSystem
    last: HoldList | None
    acknowledged: Acknowledgement | None
    heartbeat: Heartbeat | None
    holding: Holding | None
    heard_at: datetime | None
    now: datetime

    @property
    def patience(self) -> timedelta:
        """How long the system may take to answer, and to say anything at all."""
        return timedelta(seconds=self.system.silent_after_seconds)

    def overdue(self, since: datetime) -> bool:
        """Whether what began at ``since`` has had its time."""
        return self.now - since > self.patience


def standing_of(system: ActingSystem, *, now: datetime) -> Standing:
    """Return where a system stands now."""
    said = (Acknowledgement, Heartbeat, SystemHolding)
    heard = [model.objects.filter(system=system).aggregate(at=Max("at"))["at"] for model in said]
    return Standing(
        system,
        HoldList.objects.filter(system=system).order_by("-sequence").first(),
        # The highest list, not the latest word: messages may arrive out of order.
        Acknowledgement.objects.filter(system=system).order_by("-sequence", "-at").first(),
        Heartbeat.objects.filter(system=system).order_by("-at", "-inbox_id").first(),
        latest_holding(system.pk),
        max((at for at in heard if at is not None), default=None),
        now,
    )


def findings_of(standing: Standing) -> Iterator[Finding]:
    """Yield everything in which a system is not in step. Counts and references, never an identity."""
    name = standing.system.name
    since = standing.heard_at or standing.system.registered_at
    if standing.overdue(since):
        hours = round((standing.now - since).total_seconds() / 3600, 1)
        said = f"has said nothing for {hours} hours" if standing.heard_at else "has never said anything"
        yield Finding(SILENT, name, f"{name} {said}", {"since": since.isoformat(timespec="seconds")})
    if standing.last is None:
        if standing.overdue(standing.system.registered_at):
            yield Finding(NO_LIST, name, f"no list has ever been published for {name}")
        return
    yield from _acknowledgement_findings(standing)
    yield from _heartbeat_findings(standing)
    yield from _holding_findings(standing)


def _acknowledgement_findings(standing: Standing) -> Iterator[Finding]:
    name, acknowledged = standing.system.name, standing.acknowledged
    lists = HoldList.objects.filter(system=standing.system)
    if acknowledged is None:
        first = lists.order_by("sequence").values_list("at", flat=True).first()
        if first is not None and standing.overdue(first):
            yield Finding(
                NEVER_ACKNOWLEDGED,
                name,
                f"{name} has never acknowledged a list",
                {"first_list_at": first.isoformat(timespec="seconds")},
            )
        return
    published = lists.filter(sequence=acknowledged.sequence).values_list("digest", flat=True).first()
    if published != acknowledged.digest:
        message = f"{name} acknowledged list {acknowledged.sequence} with other content than was published"
        yield Finding(OTHER_LIST, name, message, {"sequence": acknowledged.sequence})
    behind = lists.filter(sequence__gt=acknowledged.sequence).order_by("sequence")
    oldest = behind.first()
    if oldest is not None and standing.overdue(oldest.at):
        count = behind.count()
        yield Finding(
            BEHIND,
            name,
            f"{name} is {count} lists behind",
            {
                "acknowledged": acknowledged.sequence,
                "published": acknowledged.sequence + count,
                "behind_since": oldest.at.isoformat(timespec="seconds"),
            },
        )


def _heartbeat_findings(standing: Standing) -> Iterator[Finding]:
    heartbeat, name = standing.heartbeat, standing.system.name
    if heartbeat is None:
        return
    published = HoldList.objects.filter(system=standing.system, sequence=heartbeat.sequence).first()
    digest, count = (published.digest, published.entries) if published else ("", 0)
    differs = (heartbeat.holding_digest not in ("", digest)) or (heartbeat.holding_count not in (None, count))
    if published is None or differs:
        yield Finding(
            HOLDS_OTHERS,
            name,
            f"{name} does not hold what list {heartbeat.sequence} says",
            {"sequence": heartbeat.sequence, "published": count, "held_there": heartbeat.holding_count},
        )


def _holding_findings(standing: Standing) -> Iterator[Finding]:
    holding, last = standing.holding, standing.last
    if holding is None or last is None:
        return
    expected = _entries_at(standing, holding.sequence)
    if expected is None:
        return
    there = entries_held(standing.system.pk, holding)
    for kind, entries, words in (
        (MISSING_THERE, expected - there, "lacks"),
        (SURPLUS_THERE, there - expected, "holds beyond the list"),
    ):
        if entries:
            message = f"{standing.system.name} {words} {len(entries)} entries"
            detail = {"count": len(entries), "sequence": holding.sequence}
            yield Finding(kind, standing.system.name, message, {**detail, **_references(standing, entries)})


def _entries_at(standing: Standing, sequence: int) -> frozenset[str] | None:
    """Return the entries of the list of that number, by undoing later deltas; of the last list where that fails.

    A report about an earlier list is judged by that list: that it is behind is another finding. None where even the
    last list is not there.
    """
    last = standing.last
    assert last is not None
    folder = ListFolder.of(current.home(), standing.system.name)
    newest = folder.entries(last.sequence, last.digest, list_keys(standing.system))
    if newest is None or not 0 < sequence < last.sequence:
        return newest
    entries = set(newest)
    for number in range(last.sequence, sequence, -1):
        changes = folder.changes(number)
        if changes is None:
            return newest
        added, removed = changes
        entries = (entries - added) | removed
    return frozenset(entries)


def _references(standing: Standing, entries: frozenset[str]) -> dict[str, list[str]]:
    """Return the references of the holds that these entries stand for, as many as fit an alarm."""
    keys = list_keys(standing.system)
    found = identifiers_of(held_ever()).of_fingerprint
    fingerprints = [
        fingerprint
        for fingerprint, identifier in found.items()
        if entry_of_normalised(identifier, keys.entry_key) in entries
    ]
    holds: set[int] = set()
    for piece in _pieces(fingerprints):
        holds |= set(HeldIdentifier.objects.filter(fingerprint__in=piece).values_list("hold_id", flat=True))
        if len(holds) >= MOST_REFERENCES:
            break
    return {"holds": [f"H-{hold:06d}" for hold in sorted(holds)[:MOST_REFERENCES]]}


def _pieces(fingerprints: list[str]) -> Iterator[list[str]]:
    for numbers in in_chunks(range(len(fingerprints))):
        yield [fingerprints[number] for number in numbers]
