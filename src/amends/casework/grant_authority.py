"""Give an officer authority to ask for the end of holds, to approve it, or both; and take it away."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from django.db import IntegrityError
from django.db.models import Q

from amends.casework.acts import Act, check_length, journalled
from amends.casework.authority import authenticated, hashed, officer_name, prove, still_authorised
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
    *,
    officer: str,
    passphrase: str,
    authority: Authority,
    act: Act,
    countersign: str = "",
    old_passphrase: str = "",
) -> GrantedAuthority:
    """Make ``officer`` one with this authority and this passphrase, or change what an officer may do.

    The first two found the list, and must both be able to approve; from then on whoever acts must be an officer who
    may approve, prove it with their own passphrase (``countersign``), and may not grant to themselves. Whoever is an
    officer already, founder or not, proves it with the passphrase that they have (``old_passphrase``): nobody
    becomes another officer by giving them a passphrase. Where it is forgotten, a new name is granted authority. A new
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
    standing = Officer.objects.filter(name=name).first()
    if standing is not None:
        prove(standing, old_passphrase, act)
    try:
        with journalled("grant_authority", act) as change:
            # In one order, so that two officers who grant to one another do not wait for each other for ever.
            concerned = Q(name=name) | Q(pk=grantor.pk if grantor else None)
            list(Officer.objects.select_for_update().filter(concerned).order_by("pk"))
            if grantor is not None:
                still_authorised(grantor, may="approve")
            line = founder or (grantor.line if grantor else None)
            _write(name, standing, _Written(secret, authority, founder, line), act)
            change.detail = {"officer": name, **asdict(authority), "founder": bool(founder)}
    except IntegrityError as error:
        raise RefusalError(
            "authority-founded",
            "somebody else changed the list of officers at the same moment",
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


@dataclass(frozen=True, slots=True)
class _Written:
    """What is recorded of an officer beside the name."""

    secret: str
    authority: Authority
    founder: int
    line: int | None


def _write(name: str, standing: Officer | None, new: _Written, act: Act) -> None:
    values: dict[str, object] = {
        "may_request": new.authority.may_request,
        "may_approve": new.authority.may_approve,
        "passphrase": new.secret,
        "granted_at": act.now,
        "granted_by": act.actor,
        "revoked_at": None,
        "failures": 0,
        "locked_until": None,
    }
    if new.founder:
        values["founder"] = new.founder
    if standing is None:
        Officer.objects.create(name=name, line=new.line, **values)
        return
    # Only over the passphrase that was proved; the line stays what it was.
    if not Officer.objects.filter(pk=standing.pk, passphrase=standing.passphrase).update(**values):
        raise RefusalError(
            "authority-founded",
            "somebody else changed the list of officers at the same moment",
            hint="look at `amends holds officers`, then grant the authority again",
        )


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
