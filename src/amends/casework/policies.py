"""May this be done in this state? One question a function: it raises, or returns nothing."""

from __future__ import annotations

from datetime import datetime

from amends.ledger.models import Incident
from amends.vocabulary.errors import RefusalError, UsageError


def check_times_in_order(times: dict[str, datetime | None], *, now: datetime) -> None:
    """Raise `UsageError` unless exposure, report and removal follow each other and none lies ahead.

    ``times`` holds ``exposed_from``, ``reported_at``, ``confirmed_at``, ``removed_at`` and ``as_of``. A
    report may come after the removal (nobody noticed in time) and a confirmation before it.
    """
    exposed = times["exposed_from"]
    for name in ("reported_at", "confirmed_at", "removed_at"):
        later = times.get(name)
        if exposed and later and later < exposed:
            raise _out_of_order(name, "exposed-from", "before the data were exposed")
    as_of = times.get("as_of")
    if exposed and as_of and as_of > exposed:
        raise UsageError(
            "as-of-after-exposure",
            "the as-of date lies after the exposure: a file cannot describe a day later than its own publication",
            hint="give the date of the data, not the date of the work",
            where="--as-of",
        )
    for name, instant in times.items():
        if instant and instant > now:
            raise UsageError(
                "time-in-the-future",
                f"{_option(name)} lies in the future",
                hint="check date and time zone; times without an offset are not accepted",
                where=_option(name),
            )


def check_open(incident: Incident) -> None:
    """Raise `RefusalError` ``incident-closed`` for a closed incident."""
    if _has(incident, "closed_at"):
        raise RefusalError(
            "incident-closed",
            f"incident {incident.reference} is closed",
            hint="open a new incident; a closed record is not written into",
        )


def locked_open(incident: Incident) -> Incident:
    """Return the incident read anew and locked until the transaction ends; raise as `check_open` does.

    Every verb that changes what hangs on an incident locks it first: what one verb looked at, no other changes
    before the first has written. It is also what keeps locks in one order (incident, remedies, gate, journal), so
    that two verbs wait for one another and never both for ever.
    """
    found = Incident.objects.select_for_update().get(pk=incident.pk)
    check_open(found)
    return found


def check_protected(incident: Incident) -> None:
    """Raise `RefusalError` ``population-not-protected`` while the rows are not yet held (R08)."""
    if not _has(incident, "population_held_at"):
        raise RefusalError(
            "population-not-protected",
            "nobody is categorised before everybody is held",
            hint="protect the population first",
        )


def check_identified(incident: Incident) -> None:
    """Raise `RefusalError` ``not-identified`` while the rows have not been judged."""
    if not _has(incident, "identified_at"):
        raise RefusalError(
            "not-identified",
            "remedies cannot be planned before the rows have been linked",
            hint="identify the affected people first",
        )


def _has(incident: Incident, timestamp: str) -> bool:
    """Look in the ledger: a door may hold the incident as it stood before somebody else's act."""
    return Incident.objects.filter(pk=incident.pk, **{f"{timestamp}__isnull": False}).exists()


def _out_of_order(name: str, other: str, how: str) -> UsageError:
    return UsageError(
        "times-out-of-order",
        f"{_option(name)} lies {how}",
        hint=f"{_option(name)} must not be earlier than --{other}; check date and time zone",
        where=_option(name),
    )


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")
