"""Record a law-enforcement request to delay notices: stored, with an expiry, where the law knows one (R40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from amends.casework.acts import Act, check_length, journalled
from amends.casework.duties.computing import effective_due, write_events
from amends.casework.duties.finding import find_duties
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.jurisdictions.duty_rule import DutyRule
from amends.jurisdictions.rules import load_rules
from amends.ledger import current
from amends.ledger.models import DelayRequest, Duty, DutyEvent, Incident
from amends.ledger.vault import Preserved, preserve
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class DelayFacts:
    """What a law-enforcement body asked for."""

    agency: str
    document: Path
    """The request; of one by word of mouth, the statement that was written down of it."""
    requested_at: datetime
    until: datetime
    oral: bool = False


@dataclass(frozen=True, slots=True)
class DelayedDuties:
    """The duties that wait, and until when at the latest."""

    references: tuple[str, ...]
    document_sha256: str
    already: bool


def record_delay_request(
    *, incident: Incident, duties: Sequence[str], facts: DelayFacts, act: Act
) -> DelayedDuties:
    """Store the request and let these open duties wait until it expires; all of them or none.

    Raises `UsageError` ``delay-without-expiry``, ``delay-request-missing`` or ``agency-missing``, `RefusalError`
    ``delay-not-known`` for a duty whose rule knows no such delay, ``delay-oral`` where an oral request does not do or
    lasts longer than the rule allows, ``duty-settled`` for a duty that is not open.
    """
    check_may(act, "record_delay_request")
    check_open(incident)
    content = _check(facts, act.now)
    preserved = preserve(content, home=current.home())
    with journalled("record_delay_request", act) as change:
        found = find_duties(incident, duties)
        rules = {rule.identity: rule for rule in load_rules()}
        for duty in found:
            _check_allowed(duty, rules.get(duty.rule), facts)
        waiting = [duty for duty in found if not _is_delayed_so(duty, facts, preserved)]
        if waiting:
            request = _store(incident, facts, preserved, act)
            write_events([(duty, _delay(duty, request)) for duty in waiting], DutyEvent.Kind.DELAYED, act)
            change.incident = incident.reference
            change.detail = {
                "duties": {duty.reference: duty.rule for duty in waiting},
                "agency": facts.agency,
                "oral": facts.oral,
                "document_sha256": preserved.sha256,
                "requested_at": facts.requested_at.isoformat(),
                "until": facts.until.isoformat(),
            }
    return DelayedDuties(tuple(duty.reference for duty in found), preserved.sha256, already=not waiting)


def _check(facts: DelayFacts, now: datetime) -> bytes:
    if not facts.agency.strip():
        raise UsageError(
            "agency-missing",
            "nobody is named who asked for the delay",
            hint="give --agency",
            where="--agency",
        )
    check_length(facts.agency, DelayRequest, "agency", where="--agency")
    if facts.requested_at > now:
        raise UsageError(
            "time-in-the-future",
            "--requested-at lies in the future",
            hint="check date and time zone; times without an offset are not accepted",
            where="--requested-at",
        )
    if facts.until <= facts.requested_at:
        raise UsageError(
            "delay-without-expiry",
            "the delay does not end after the request",
            hint="give --until, later than --requested-at; there is no delay without an end",
            where="--until",
        )
    try:
        content = facts.document.read_bytes()
    except OSError as error:
        raise _no_document(str(facts.document)) from error
    if not content:
        raise _no_document(str(facts.document))
    return content


def _no_document(where: str) -> UsageError:
    return UsageError(
        "delay-request-missing",
        "the request cannot be read, or is empty",
        hint="give the document; of an oral request, the statement written down of it",
        where=where,
    )


def _check_allowed(duty: Duty, rule: DutyRule | None, facts: DelayFacts) -> None:
    if duty.state != Duty.State.OPEN:
        raise RefusalError(
            "duty-settled", f"duty {duty.reference} is not open", hint="only an open duty can wait"
        )
    if rule is None or not (rule.delay.written or rule.delay.oral_days):
        raise RefusalError(
            "delay-not-known",
            f"the rule {duty.rule} knows no delay for law enforcement",
            hint="leave this duty out; its clock runs on",
        )
    if not facts.oral:
        return
    # A chain of calls is one delay: the days run from the first.
    begun = min([facts.requested_at, *_oral_requests(duty)])
    if facts.until > begun + timedelta(days=rule.delay.oral_days):
        allowed = f"at most {rule.delay.oral_days} days" if rule.delay.oral_days else "none"
        raise RefusalError(
            "delay-oral",
            f"on a request by word of mouth the rule {duty.rule} allows {allowed}",
            hint="ask for the request in writing, or give an earlier --until",
        )


def _oral_requests(duty: Duty) -> list[datetime]:
    """Return when this duty was delayed by word of mouth before."""
    events = DutyEvent.objects.filter(duty=duty, kind=DutyEvent.Kind.DELAYED)
    requests = [event.detail["request"] for event in events]
    oral = DelayRequest.objects.filter(pk__in=requests, oral=True)
    return list(oral.values_list("requested_at", flat=True))


def _is_delayed_so(duty: Duty, facts: DelayFacts, preserved: Preserved) -> bool:
    now = duty.delay
    said = (facts.until, facts.requested_at, facts.oral, preserved.sha256)
    return now is not None and (now.until, now.requested_at, now.oral, now.document_sha256) == said


def _store(incident: Incident, facts: DelayFacts, preserved: Preserved, act: Act) -> DelayRequest:
    return DelayRequest.objects.create(
        incident=incident,
        agency=facts.agency,
        oral=facts.oral,
        document_sha256=preserved.sha256,
        document_size=preserved.size,
        requested_at=facts.requested_at,
        until=facts.until,
        recorded_at=act.now,
        actor=act.actor,
        reason=act.reason,
    )


def _delay(duty: Duty, request: DelayRequest) -> dict[str, Any]:
    before = duty.due_at
    duty.delay = request
    duty.due_at = effective_due(duty)
    duty.save(update_fields=["delay", "due_at"])
    moved = [instant.isoformat() if instant else None for instant in (before, duty.due_at)]
    return {"due_at": moved, "request": request.pk}
