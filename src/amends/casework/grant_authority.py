"""Give an officer authority to ask for the end of holds, to approve it, or both; and take it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError
from django.db.models import Q

from amends.casework.acts import Act, check_length, journalled
from amends.casework.authority import authenticated, hashed, officer_name, still_authorised
from amends.casework.permissions import check_may
from amends.ledger.models import Officer
from amends.vocabulary.errors import RefusalError, UsageError

FOUNDERS: Final = 2
"""So many found the list of officers; nobody is there yet to countersign them."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What an officer shall be able to do."""

    may_request: bool = False
    may_approve: bool = False


@dataclass(frozen=True, slots=True)
class GrantedAuthority:
    """Who has which authority now."""

    officer: str
    may_request: bool
    may_approve: bool
    founder: bool
    """Whether nobody had to countersign, because there were not yet two officers."""


def grant_authority(
    *, officer: str, passphrase: str, authority: Authority, act: Act, countersign: str = ""
) -> GrantedAuthority:
    """Make ``officer`` one with this authority and this passphrase, or change what an officer may do.

    The first two found the list, and must both be able to approve; from then on whoever acts must be an officer who
    may approve, prove it with their own passphrase (``countersign``), and may not grant to themselves. A new
    authority does not reach back: it approves no request that was made before.

    Raises `RefusalError` ``not-authorised``, ``authority-for-oneself``, ``founder-must-approve`` and
    ``authority-founded``, `UsageError` ``authority-empty``, ``officer-missing`` and ``passphrase-weak``.
    """
    check_may(act, "grant_authority")
    name = officer_name(officer)
    _check_named(name, authority)
    secret = hashed(passphrase)
    founder = _founders_place(name)
    if founder and not authority.may_approve:
        raise RefusalError(
            "founder-must-approve",
            "the first two officers must be able to approve, or nobody could ever countersign",
            hint="give --may-approve as well; narrow it later",
        )
    grantor = None if founder else authenticated(act, countersign, may="approve")
    if grantor is not None and grantor.name == name:
        raise RefusalError(
            "authority-for-oneself",
            "nobody extends their own authority",
            hint="ask another officer who may approve",
        )
    try:
        with journalled("grant_authority", act) as change:
            # In one order, so that two officers who grant to one another do not wait for each other for ever.
            concerned = Q(name=name) | Q(pk=grantor.pk if grantor else None)
            list(Officer.objects.select_for_update().filter(concerned).order_by("pk"))
            if grantor is not None:
                still_authorised(grantor, may="approve")
            _write(name, secret, authority, act, founder)
            change.detail = {
                "officer": name,
                "may_request": authority.may_request,
                "may_approve": authority.may_approve,
                "founder": bool(founder),
            }
    except IntegrityError as error:
        raise RefusalError(
            "authority-founded",
            "somebody else founded the list of officers at the same moment",
            hint="look at `amends holds officers`, then grant the authority again",
        ) from error
    return GrantedAuthority(name, authority.may_request, authority.may_approve, bool(founder))


def _founders_place(name: str) -> int:
    """Return 1 or 2 for one of the two who found the list, 0 for everyone after them.

    A founder whose authority was revoked keeps the place: taking authority away never opens the door again.
    """
    places = dict(Officer.objects.filter(founder__isnull=False).values_list("name", "founder"))
    if len(places) >= FOUNDERS:
        return 0
    return places.get(name) or min({1, 2} - set(places.values()))


def _write(name: str, secret: str, authority: Authority, act: Act, founder: int) -> None:
    values: dict[str, object] = {
        "may_request": authority.may_request,
        "may_approve": authority.may_approve,
        "passphrase": secret,
        "granted_at": act.now,
        "granted_by": act.actor,
        "revoked_at": None,
        "failures": 0,
        "locked_until": None,
    }
    if founder:
        values["founder"] = founder
    Officer.objects.update_or_create(name=name, defaults=values)


def _check_named(name: str, authority: Authority) -> None:
    if not name:
        raise UsageError(
            "officer-missing", "no officer is named", hint="give the name of the office's officer"
        )
    check_length(name, Officer, "name", where="the officer's name")
    if not (authority.may_request or authority.may_approve):
        raise UsageError(
            "authority-empty",
            "no authority is named",
            hint="give --may-request, --may-approve or both",
        )
