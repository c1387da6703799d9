"""Record one attempt to find somebody who was removed, or to reach them; what it came to takes the step (R28)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.casework.silence import SILENT, record_silence
from amends.ledger.models import ContactAttempt, Incident, Remedy
from amends.remedy.contact import Method, Result, attempt, is_safe
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class RecordedAttempt:
    """Where the return stands after the attempt."""

    reference: str
    state: str
    already: bool


def record_attempt(
    *, incident: Incident, remedy: int, method: str, result: str, act: Act, proof: str = ""
) -> RecordedAttempt:
    """Record how one person was looked for or spoken to, and take the step to which the result leads.

    Raises `UsageError` ``attempt-unknown``, ``return-unknown``; `RefusalError` ``contact-not-safe`` where the
    registry's mark does not allow this way (a mark ``none`` allows none but through somebody trusted),
    ``evidence-missing`` where the person was reached and nothing shows it, and ``transition-not-allowed``.
    """
    check_may(act, "record_attempt")
    check_open(incident)
    check_length(proof, ContactAttempt, "proof", where="--proof")
    way, came_to = attempt(method, result)
    with journalled("record_attempt", act) as change:
        found = _locked(incident, remedy)
        made = ContactAttempt.objects.filter(
            remedy=found, purpose=came_to.purpose, method=way.name, at=act.now
        ).first()
        if made and made.result == came_to.name:
            return RecordedAttempt(found.reference, found.state, already=True)
        _check_safe(found, way, came_to, proof)
        _check_place(found, came_to)
        ContactAttempt.objects.create(
            remedy=found,
            purpose=came_to.purpose,
            method=way.name,
            result=came_to.name,
            proof=proof,
            by=act.actor,
            at=act.now,
        )
        if came_to.step:
            step = workflow_of("return").step(came_to.step, source=found.state)
            Remedy.objects.filter(pk=found.pk, state=found.state).update(state=step.target)
            record_silence([found], step.target, None, act)
            found.state = step.target
        change.incident = incident.reference
        change.detail = {
            "return": found.reference,
            "purpose": came_to.purpose,
            "method": way.name,
            "result": came_to.name,
            "state": found.state,
            "proof": proof,
        }
    return RecordedAttempt(found.reference, found.state, already=False)


def _locked(incident: Incident, key: int) -> Remedy:
    # The person is read apart: PostgreSQL locks no nullable side of a join.
    found = Remedy.objects.select_for_update().filter(incident=incident, kind="return", pk=key).first()
    if found is None:
        raise UsageError(
            "return-unknown",
            "no help to return of this incident has this reference",
            hint="`amends returns` lists them",
        )
    return found


def _check_safe(remedy: Remedy, method: Method, result: Result, proof: str) -> None:
    assert remedy.person is not None
    if result.purpose == "contact" and not is_safe(remedy.person.contact_channels, method):
        raise RefusalError(
            "contact-not-safe",
            f"the registry does not allow {method.name} to the person of {remedy.reference}",
            hint="go through a representative or an organisation that the person trusts",
        )
    if result.purpose == "contact" and result.step and not proof:
        raise RefusalError(
            "evidence-missing",
            "this step is not taken without: proof",
            hint="show it, or leave the remedy where it is",
        )


def _check_place(remedy: Remedy, result: Result) -> None:
    """A search is recorded while somebody is searched for, a conversation once they are found."""
    searching = remedy.state in ("to_trace", "untraceable")
    fits = remedy.state == SILENT or (result.purpose == "trace") == searching
    if not (fits or result.step):
        raise RefusalError(
            "attempt-out-of-place",
            f"{remedy.reference} is {remedy.state!r}: an attempt to {result.purpose} does not belong there",
            hint="look at its state with `amends returns`",
        )
