"""Finds the duties that a list names by reference or by key."""

from __future__ import annotations

from collections.abc import Sequence

from amends.ledger.models import Duty, Incident
from amends.vocabulary.errors import UsageError


def find_duties(incident: Incident, named: Sequence[str]) -> list[Duty]:
    """Return the duties named as ``D-000012`` or ``us-ca/individuals``, locked, in the order of their keys.

    Must run inside a transaction. Raises `UsageError` ``duty-unknown`` for a name that this incident does not have, and
    ``duties-missing`` for none at all.
    """
    if not named:
        raise UsageError(
            "duties-missing", "no duty is named", hint="name each one; `amends duties` lists them"
        )
    duties = list(
        Duty.objects.select_for_update(of=("self",)).filter(incident=incident).select_related("delay")
    )
    known = {name: duty for duty in duties for name in (duty.reference, duty.key)}
    for position, name in enumerate(named, start=1):
        if name not in known:
            raise UsageError(
                "duty-unknown",
                f"duty number {position} of those named is none of this incident",
                hint="copy D-000012 or us-ca/individuals from `amends duties`",
            )
    found = {known[name].pk: known[name] for name in named}
    return [found[key] for key in sorted(found)]
