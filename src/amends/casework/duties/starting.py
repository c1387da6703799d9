"""Which laws an incident is put under, and the clocks that start with it (R03)."""

from __future__ import annotations

from collections.abc import Sequence

from amends.casework.acts import Act
from amends.casework.duties.computing import start_duties
from amends.jurisdictions.conditions import Role
from amends.jurisdictions.rules import rules_of
from amends.ledger.models import DutyScope, Incident
from amends.remedy.playbook import Playbook
from amends.vocabulary.errors import UsageError


def check_scope(jurisdictions: Sequence[str], roles: Sequence[str]) -> None:
    """Raise `UsageError` for a jurisdiction without rules or a role that no rule knows, before anything is written."""
    rules_of(jurisdictions)
    known = [role.value for role in Role]
    for role in roles:
        if role not in known:
            raise UsageError(
                "role-unknown",
                f"no rule knows the role {role!r}",
                hint=f"use one of: {', '.join(known)}",
                where="--role",
            )


def start_clocks(
    incident: Incident, playbook: Playbook, *, jurisdictions: Sequence[str], roles: Sequence[str], act: Act
) -> int:
    """Start the duties of the playbook's jurisdictions and of those named beside it; return how many.

    Must run inside the transaction that opens the incident.
    """
    every = tuple(dict.fromkeys((*playbook.jurisdictions, *jurisdictions)))
    DutyScope.objects.create(incident=incident, jurisdictions=list(every), roles=sorted(set(roles)))
    return len(start_duties(incident, every, act))
