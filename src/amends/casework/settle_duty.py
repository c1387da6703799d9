"""Settle a duty: a named person says what was done, with proof, or why the rule does not bind here (R22, R38)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amends.casework.acts import Act, check_length, journalled
from amends.casework.duties.computing import write_events
from amends.casework.duties.finding import find_duties
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.jurisdictions.duty_rule import VerificationStatus
from amends.ledger.models import Duty, DutyEvent, Incident
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is said of a duty that is to end."""

    what: str = ""
    """What was done; empty where the duty is withdrawn."""
    proof: str = ""
    """Reference of the proof: receipt or file number. Never personal data."""
    done_at: datetime | None = None
    withdrawn: bool = False
    """Whether a person decides that the rule does not bind here, instead of having done what it asks."""
    by: str = ""
    """Who did it or decided it, by name; empty: the actor."""


@dataclass(frozen=True, slots=True)
class SettledDuties:
    """The duties that ended by this act."""

    references: tuple[str, ...]
    late: tuple[str, ...]
    """Those done after their due time."""
    unverified: tuple[str, ...]
    """Those whose rule nobody had verified: the person settled them and not the rule."""
    already: bool


def settle_duty(
    *, incident: Incident, duties: Sequence[str], settlement: Settlement, act: Act
) -> SettledDuties:
    """Record that duties were met, or that a named person decided that they do not bind; all of them or none.

    No rule ends a duty by itself: it is this act that does, and the record says whether the rule was verified when it
    happened. Raises `UsageError` ``settlement-incomplete`` where what, when or proof is missing, `RefusalError`
    ``duty-settled`` where one was settled in another way before.
    """
    check_may(act, "settle_duty")
    check_open(incident)
    _check_complete(settlement, incident, act)
    with journalled("settle_duty", act) as change:
        found = find_duties(incident, duties)
        ending = [duty for duty in found if not _is_settled_so(duty, settlement, act)]
        for duty in ending:
            _settle(duty, settlement, act)
        if ending:
            kind = DutyEvent.Kind.WITHDRAWN if settlement.withdrawn else DutyEvent.Kind.DONE
            write_events([(duty, _detail(duty)) for duty in ending], kind, act)
            change.incident = incident.reference
            change.detail = {
                "duties": {duty.reference: duty.rule for duty in ending},
                "state": ending[0].state,
                "by": ending[0].settled_by,
                "what": settlement.what,
                "proof": settlement.proof,
                "done_at": settlement.done_at.isoformat() if settlement.done_at else None,
                "unverified": [duty.reference for duty in ending if duty.settled_while_unverified],
            }
    return SettledDuties(
        references=tuple(duty.reference for duty in found),
        late=tuple(d.reference for d in found if d.done_at and d.due_at and d.done_at > d.due_at),
        unverified=tuple(duty.reference for duty in found if duty.settled_while_unverified),
        already=not ending,
    )


def _check_complete(settlement: Settlement, incident: Incident, act: Act) -> None:
    check_length(settlement.what, Duty, "what_was_done", where="--what")
    check_length(settlement.proof, Duty, "proof", where="--proof")
    check_length(settlement.by, Duty, "settled_by", where="--by")
    given = (settlement.what.strip(), settlement.proof.strip(), settlement.done_at)
    if settlement.withdrawn and any(given[:1] + given[2:]):
        raise UsageError(
            "settlement-contradicts",
            "a duty is withdrawn because it does not bind, and so nothing was done under it",
            hint="withdraw it with a reason, or settle it with what was done, the proof and the time",
        )
    if not settlement.withdrawn and not all(given):
        raise UsageError(
            "settlement-incomplete",
            "a duty is met by what was done, when, and a proof, and one of them is missing",
            hint="give --what, --proof and --done-at",
        )
    done_at = settlement.done_at
    if done_at and not incident.exposed_from <= done_at <= act.now:
        raise UsageError(
            "done-at-impossible",
            "--done-at lies in the future, or before the data were exposed",
            hint="check date and time zone",
            where="--done-at",
        )


def _is_settled_so(duty: Duty, settlement: Settlement, act: Act) -> bool:
    if duty.state == Duty.State.OPEN:
        return False
    wanted = Duty.State.WITHDRAWN if settlement.withdrawn else Duty.State.DONE
    said = (wanted, settlement.what, settlement.proof, settlement.done_at, settlement.by or act.actor)
    if (duty.state, duty.what_was_done, duty.proof, duty.done_at, duty.settled_by) != said:
        raise RefusalError(
            "duty-settled",
            f"duty {duty.reference} was settled before, in another way",
            hint="look at its history with `amends duties --json`; a settled duty is not settled anew",
        )
    return True


def _settle(duty: Duty, settlement: Settlement, act: Act) -> None:
    duty.state = Duty.State.WITHDRAWN if settlement.withdrawn else Duty.State.DONE
    duty.done_at, duty.settled_at = settlement.done_at, act.now
    duty.settled_by = settlement.by or act.actor
    duty.what_was_done, duty.proof = settlement.what, settlement.proof
    duty.settled_while_unverified = duty.verification != VerificationStatus.VERIFIED
    duty.save()


def _detail(duty: Duty) -> dict[str, str | None]:
    return {
        "rule": duty.rule,
        "settled_by": duty.settled_by,
        "what": duty.what_was_done,
        "proof": duty.proof,
        "done_at": duty.done_at.isoformat() if duty.done_at else None,
        "due_at": duty.due_at.isoformat() if duty.due_at else None,
        "verification": duty.verification,
        "verdict": duty.verdict,
    }
