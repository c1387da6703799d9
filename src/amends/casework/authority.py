"""Is it really this officer? A name that anybody can type is not enough for what two people must agree on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from amends.casework.acts import Act, journalled
from amends.ledger.models import Officer
from amends.vocabulary.errors import RefusalError, UsageError

_MOST_FAILURES: Final = 5
_LOCKED_FOR: Final = timedelta(minutes=15)


def officer_name(text: str) -> str:
    """Return a name as people compare it: " Tester  One" is nobody else than "tester one"."""
    return " ".join(text.split()).casefold()


def hashed(passphrase: str) -> str:
    """Return the slow salted hash of a new passphrase. Raises `UsageError` ``passphrase-weak``."""
    try:
        validate_password(passphrase)
    except ValidationError as error:
        raise UsageError(
            "passphrase-weak",
            "the passphrase is too short or too common",
            hint="take four or more words that nobody would put together, twelve characters at least",
        ) from error
    return make_password(passphrase)


def authenticated(act: Act, passphrase: str, *, may: str) -> Officer:
    """Return the officer who acts, once the passphrase proves it.

    ``may``: ``request`` or ``approve``. Raises `RefusalError` ``not-authorised`` with one wording for an unknown
    name, a revoked authority, a missing right and a wrong passphrase: whoever tries names learns nothing; and
    ``officer-locked`` after five wrong passphrases in a row, for a quarter of an hour, with a journal entry.
    """
    found = Officer.objects.filter(name=officer_name(act.actor)).first()
    if found is None:
        # As slow as a true look-up, so that the time taken tells no names either.
        make_password(passphrase)
        raise _not_authorised()
    prove(found, passphrase, act)
    if found.revoked_at is not None or not getattr(found, f"may_{may}"):
        raise _not_authorised()
    return found


def prove(officer: Officer, passphrase: str, act: Act) -> None:
    """Raise `RefusalError` ``not-authorised`` or ``officer-locked`` unless this is the officer's passphrase.

    Whether the officer may do anything is not asked: one without authority is still nobody else.
    """
    if officer.locked_until is not None and act.now < officer.locked_until:
        raise _locked()
    if not check_password(passphrase, officer.passphrase):
        _count_failure(officer, act)
        raise _not_authorised()
    if officer.failures:
        Officer.objects.filter(pk=officer.pk).update(failures=0, locked_until=None)


def still_authorised(officer: Officer, *, may: str) -> Officer:
    """Return the officer read anew and locked, inside the transaction of what they do."""
    found = Officer.objects.select_for_update().get(pk=officer.pk)
    if found.revoked_at is not None or not getattr(found, f"may_{may}"):
        raise _not_authorised()
    return found


def _count_failure(officer: Officer, act: Act) -> None:
    """Count a wrong passphrase in a transaction of its own, so that the refusal does not undo it."""
    locked_until: datetime | None = None
    with transaction.atomic():
        found = Officer.objects.select_for_update().get(pk=officer.pk)
        failures = found.failures + 1
        if failures >= _MOST_FAILURES:
            failures, locked_until = 0, act.now + _LOCKED_FOR
        Officer.objects.filter(pk=found.pk).update(failures=failures, locked_until=locked_until)
    if locked_until is not None:
        with journalled(
            "lock_officer", Act(act.actor, "too many wrong passphrases in a row", act.now)
        ) as change:
            change.detail = {"officer": officer.name, "until": locked_until.isoformat()}


def _not_authorised() -> RefusalError:
    return RefusalError(
        "not-authorised",
        "this name and passphrase carry no authority for this step",
        hint="`amends holds officers` lists who has authority; an officer types their own passphrase",
    )


def _locked() -> RefusalError:
    return RefusalError(
        "officer-locked",
        "too many wrong passphrases were given for this officer",
        hint="wait a quarter of an hour, and ask the officer whether it was they who tried",
    )
