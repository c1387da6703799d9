"""Record what affected people, their counsel and courts are told about the recipients (R47)."""

from __future__ import annotations

from dataclasses import dataclass

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.ledger.models import Incident, RecipientPolicy
from amends.remedy.certificates import plan_certificates
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class SetRecipientPolicy:
    """The policy in force, and how many certificates became owed by it."""

    tells: str
    version: int
    certificates: int
    already: bool


def set_recipient_policy(*, incident: Incident, tells: str, act: Act) -> SetRecipientPolicy:
    """Put a version of the policy into force; ``tells`` is ``named``, ``described`` or ``withheld``.

    Where recipients are withheld every affected person is owed a certificate of the adverse assumption, from this
    transaction on (R21). A certificate once owed stays owed: a later policy takes none away.
    Raises `UsageError` ``recipient-policy-unknown``.
    """
    check_may(act, "set_recipient_policy")
    check_open(incident)
    check_length(act.reason, RecipientPolicy, "reason", where="--reason")
    if tells not in RecipientPolicy.Tells.values:
        raise UsageError(
            "recipient-policy-unknown",
            f"there is no policy {tells!r}",
            hint=f"one of: {', '.join(RecipientPolicy.Tells.values)}",
        )
    with journalled("set_recipient_policy", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        last = RecipientPolicy.objects.filter(incident=incident).order_by("-version").first()
        if last and last.tells == tells:
            return SetRecipientPolicy(tells, last.version, 0, already=True)
        version = (last.version if last else 0) + 1
        RecipientPolicy.objects.create(
            incident=incident,
            version=version,
            tells=tells,
            reason=act.reason,
            decided_by=act.actor,
            decided_at=act.now,
        )
        certificates = plan_certificates(incident, now=act.now)
        change.incident = incident.reference
        change.detail = {"tells": tells, "version": version, "certificates": certificates}
    return SetRecipientPolicy(tells, version, certificates, already=False)
