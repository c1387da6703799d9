"""Take an officer's authority away; what they asked for or approved before stays on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from amends.casework.acts import Act, journalled
from amends.casework.authority import officer_name
from amends.casework.permissions import check_may
from amends.ledger.models import Officer
from amends.vocabulary.errors import RefusalError, UsageError


@dataclass(frozen=True, slots=True)
class RevokedAuthority:
    """The officer without authority, and whether that stood already."""

    officer: str
    already: bool


def revoke_authority(*, officer: str, act: Act) -> RevokedAuthority:
    """Take every authority from ``officer``, at once. One person suffices: it can only keep people protected.

    Raises `UsageError` ``officer-unknown``, `RefusalError` ``last-approver`` for the only officer left who could
    countersign another.
    """
    check_may(act, "revoke_authority")
    name = officer_name(officer)
    with journalled("revoke_authority", act) as change:
        # All of them, in one order: two revocations at once do not each leave the other as the last.
        officers = {o.name: o for o in Officer.objects.select_for_update().order_by("pk")}
        found = officers.get(name)
        if found is None:
            raise UsageError(
                "officer-unknown",
                "there is no officer of this name",
                hint="`amends holds officers` lists them",
            )
        already = found.revoked_at is not None
        if not already:
            _check_not_the_last(found, officers.values())
            Officer.objects.filter(pk=found.pk).update(revoked_at=act.now)
            change.detail = {"officer": name, "granted_at": found.granted_at.isoformat()}
    return RevokedAuthority(name, already)


def _check_not_the_last(officer: Officer, officers: Iterable[Officer]) -> None:
    others = [o for o in officers if o.pk != officer.pk and o.may_approve and o.revoked_at is None]
    if officer.may_approve and not others:
        raise RefusalError(
            "last-approver",
            "this is the only officer left who could countersign another",
            hint="grant authority to somebody else first",
        )
