"""How many people an incident has at most, and where they are known to live (R38-R40)."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform

from amends.jurisdictions.conditions import Circumstances, Headcount
from amends.ledger.models import DutyScope, Incident, LeakedRow
from amends.vocabulary.judgement import RowOutcome

RESIDENCE_FACT: Final = "residence"
"""Name of the fact, in a mapping, that holds where a person lives as an ISO 3166 code: ``US-CA``, ``US``, ``BR``."""
_ISO_3166: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
# Only of these is it known who the person of the row is, and so where that person lives.
_KNOWN: Final = (RowOutcome.MATCH, RowOutcome.DUPLICATE)


def circumstances_of(incident: Incident) -> Circumstances:
    """Return what is known of an incident when a rule is asked, each count an upper bound."""
    scope = DutyScope.objects.filter(incident=incident).first()
    return Circumstances(
        headcount=headcount(incident),
        roles=frozenset(scope.roles if scope else ()),
        data=_kinds_exposed(incident),
    )


def headcount(incident: Incident) -> Headcount:
    """Return the count: every row that was not refused stands for a person, and duplicates are not taken off.

    Before the rows are held nobody has been counted, and the answer is that nobody knows.
    """
    rows = LeakedRow.objects.filter(incident=incident).exclude(outcome=RowOutcome.REFUSED)
    upper = rows.count()
    if not upper and incident.population_held_at is None:
        return Headcount()
    known = (
        rows.filter(outcome__in=_KNOWN, person__isnull=False)
        .order_by()
        .annotate(lives=KeyTextTransform(RESIDENCE_FACT, "person__facts"))
        .values("lives")
        .annotate(count=Count("id"))
    )
    residence: Counter[str] = Counter()
    for group in known:
        code = (group["lives"] or "").strip().upper()
        if _ISO_3166.fullmatch(code):
            residence[code] += group["count"]
    return Headcount(upper, dict(sorted(residence.items())), unread=sum(incident.not_read.values()))


def _kinds_exposed(incident: Incident) -> frozenset[str]:
    found = (
        LeakedRow.objects.filter(incident=incident)
        .order_by()
        .values_list("exposed_kinds", flat=True)
        .distinct()
    )
    return frozenset(kind for kinds in found for kind in kinds)
