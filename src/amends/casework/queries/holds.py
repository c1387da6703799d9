"""Holds as those who answer for them see them: since when, until when at the earliest, and why they still stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.casework.authority import officer_name
from amends.casework.grant_authority import FOUNDERS
from amends.casework.hold_end import WORDS, Standing, standings
from amends.ledger.bulk import in_chunks
from amends.ledger.gate_index import not_findable
from amends.ledger.models import HoldEvent, HoldRelease, HoldTerm, Incident, Officer, Remedy
from amends.ledger.models.hold_term import DOCUMENT
from amends.vocabulary.judgement import RowOutcome


@dataclass(frozen=True, slots=True)
class HoldHappening:
    """One thing that happened to a hold."""

    event: str
    at: datetime
    generation: int


@dataclass(frozen=True, slots=True)
class HoldLine:
    """One hold without anybody's data."""

    reference: str
    state: str
    barred_action: str
    begins_at: datetime | None
    waiting_days: int
    not_before: datetime | None
    earliest_end_at: datetime | None
    """None while notice is not proven delivered."""
    conditions: tuple[str, ...]
    stands_because: tuple[str, ...]
    """What its end still lacks, in words; empty where every condition is met, and for a lifted hold."""
    needs_document: bool
    """Whether it ends only with a decision or waiver that the request refers to."""
    lifted_at: datetime | None
    ended_because: str
    version: int
    events: tuple[HoldHappening, ...]


@dataclass(frozen=True, slots=True)
class HoldsShown:
    """The first of the holds that were asked for, and what keeps all of them, counted."""

    total: int
    in_force: int
    ready: int
    """In force with every condition met: for people to lift."""
    kept_by: dict[str, int]
    """What is missing, in words → holds in force that lack it."""
    lines: tuple[HoldLine, ...]
    not_findable: int = 0
    """Holds in force of the whole incident to which no identifier leads: the gate cannot say held for them."""
    under_review: int = 0
    """Rows of the whole incident that are under review: only the best candidate's numbers are held."""


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One request to lift holds."""

    reference: str
    incident: str
    state: str
    """``requested``, ``expired``, ``carried_out`` or ``refused``."""
    ground: str
    holds: int
    list_sha256: str
    requested_by: str
    requested_at: datetime
    reason: str
    expires_at: datetime
    decided_by: str
    decision_reason: str


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One officer, without passphrase."""

    name: str
    may_request: bool
    may_approve: bool
    granted_at: datetime
    granted_by: str
    revoked_at: datetime | None
    locked_until: datetime | None
    line: int | None
    """Founder to whom the countersignatures go back; two officers of one line lift nothing together."""


def show_holds(
    incident: Incident, *, now: datetime, only: Sequence[int] = (), ending: bool = False, limit: int = 50
) -> HoldsShown:
    """Return the holds of an incident, or ``only`` these (keys), and why each stands at ``now``.

    ``ending``: only those in force whose conditions are all met, but for a document that the request must refer to.
    Nothing is lifted by looking: that takes two people and a list.
    """
    wanted = Remedy.objects.filter(incident=incident, kind=Remedy.Kind.HOLD)
    if only:
        wanted = wanted.filter(pk__in=only)
    kept_by: Counter[str] = Counter()
    total = in_force = ready = 0
    chosen: list[Standing] = []
    for standing in standings(list(wanted.values_list("id", flat=True)), now=now, document=True):
        total += 1
        stands = standing.facts.state == "in_force"
        in_force += stands
        ready += stands and not standing.lacking
        if stands:
            kept_by.update(_in_short(name) for name in standing.lacking)
        if len(chosen) < limit and (not ending or (stands and not standing.lacking)):
            chosen.append(standing)
    return HoldsShown(
        total,
        in_force,
        ready,
        dict(sorted(kept_by.items())),
        _lines(chosen),
        not_findable(incident),
        incident.rows.filter(outcome=RowOutcome.REVIEW).count(),
    )


def _in_short(name: str) -> str:
    return WORDS[name].format(days="the waiting")


def _lines(chosen: Sequence[Standing]) -> tuple[HoldLine, ...]:
    keys = [standing.facts.hold for standing in chosen]
    remedies = {
        remedy.pk: remedy for piece in in_chunks(keys) for remedy in Remedy.objects.filter(pk__in=piece)
    }
    terms = {
        term.hold_id: term for piece in in_chunks(keys) for term in HoldTerm.objects.filter(hold__in=piece)
    }
    events: dict[int, list[HoldHappening]] = {}
    for piece in in_chunks(keys):
        for event in HoldEvent.objects.filter(hold__in=piece).order_by("id"):
            events.setdefault(event.hold_id, []).append(
                HoldHappening(event.event, event.at, event.generation)
            )
    return tuple(
        _line(standing, remedies[standing.facts.hold], terms.get(standing.facts.hold), events)
        for standing in chosen
    )


def _line(
    standing: Standing, remedy: Remedy, term: HoldTerm | None, events: dict[int, list[HoldHappening]]
) -> HoldLine:
    facts = standing.facts
    return HoldLine(
        reference=remedy.reference,
        state=facts.state,
        barred_action=remedy.barred_action,
        begins_at=facts.begins_at,
        waiting_days=facts.waiting_days,
        not_before=facts.not_before,
        earliest_end_at=term.earliest_end_at if term else None,
        conditions=tuple(sorted(facts.conditions)),
        stands_because=standing.in_words() if facts.state == "in_force" else (),
        needs_document=DOCUMENT in facts.conditions,
        lifted_at=term.lifted_at if term else None,
        ended_because=term.ended_because if term else "",
        version=term.version if term else 0,
        events=tuple(events.get(facts.hold, ())),
    )


def list_releases(*, now: datetime) -> tuple[ReleaseLine, ...]:
    """Return every request to lift holds, newest first."""
    return tuple(
        ReleaseLine(
            reference=release.reference,
            incident=release.incident.reference,
            state="expired" if _has_expired(release, now) else release.state,
            ground=release.ground,
            holds=release.count,
            list_sha256=release.list_sha256,
            requested_by=release.requested_by,
            requested_at=release.requested_at,
            reason=release.reason,
            expires_at=release.expires_at,
            decided_by=release.decided_by,
            decision_reason=release.decision_reason,
        )
        for release in HoldRelease.objects.select_related("incident").order_by("-id")
    )


def _has_expired(release: HoldRelease, now: datetime) -> bool:
    return release.state == HoldRelease.State.REQUESTED and now >= release.expires_at


def holds_on_request(reference: str) -> tuple[str, ...]:
    """Return the references on the list of one request: what the second person reads before approving."""
    key = reference.removeprefix("L-")
    if not key.isdecimal():
        return ()
    holds = Remedy.objects.filter(release_items__release=int(key)).order_by("id")
    return tuple(hold.reference for hold in holds)


def list_officers() -> tuple[OfficerLine, ...]:
    """Return every officer, those without authority any more included."""
    return tuple(
        OfficerLine(
            officer.name,
            officer.may_request,
            officer.may_approve,
            officer.granted_at,
            officer.granted_by,
            officer.revoked_at,
            officer.locked_until,
            officer.line,
        )
        for officer in Officer.objects.order_by("name")
    )


def is_officer(name: str) -> bool:
    """Return whether there is an officer of this name, with authority or without."""
    return Officer.objects.filter(name=officer_name(name)).exists()


def needs_countersignature() -> bool:
    """Return whether granting authority takes another officer's passphrase by now."""
    return Officer.objects.filter(founder__isnull=False).count() >= FOUNDERS
