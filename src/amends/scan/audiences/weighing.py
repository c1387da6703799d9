"""May this finding go to this audience? What no rule permits is stopped."""

from __future__ import annotations

from typing import Final

from amends.scan.audiences.loading import EVERY, Audience
from amends.scan.screening import Finding

MEMBERSHIP: Final = frozenset({"implied-membership", "incident-overlap"})
"""Findings that say of people that they were in an incident."""
KNOWN_PEOPLE: Final = frozenset({"known-people", "known-names", "known-identifiers"})
"""Findings that say that people of an index are named (`amends.scan.known.evidence`)."""


def objection(finding: Finding, audience: Audience) -> str:
    """Return why the finding may not go to the audience, in a sentence; empty where it may."""
    if finding.kind in MEMBERSHIP:
        return (
            ""
            if audience.may_learn_membership
            else _sentence(audience, "may not learn who was in an incident")
        )
    if finding.kind in KNOWN_PEOPLE:
        return _objection_to_known(finding, audience)
    kinds = kinds_in(finding)
    if not kinds:
        return "It may go to nobody as it is."
    barred = sorted(category for kind, category in kinds.items() if not _may(kind, category, audience))
    if barred:
        return _sentence(audience, f"may not have: {', '.join(dict.fromkeys(barred))}")
    if audience.most_people and finding.people > audience.most_people:
        return _sentence(
            audience, f"may have {audience.most_people:,} in one file, and it lists {finding.people:,}"
        )
    return ""


def kinds_in(finding: Finding) -> dict[str, str]:
    """Return kind of personal data → its category; empty for what is no personal data, such as a hidden sheet."""
    kinds = {column.kind: column.category for column in finding.columns}
    if finding.text is not None:
        kinds[finding.text.kind] = finding.text.category
    return kinds


def _may(kind: str, category: str, audience: Audience) -> bool:
    if {kind, category} & audience.never:
        return False
    return kind in audience.kinds or category in audience.categories or EVERY in audience.categories


def _objection_to_known(finding: Finding, audience: Audience) -> str:
    named = finding.index in audience.known_people or EVERY in audience.known_people
    if not finding.index or not named or finding.index in audience.never_known_people:
        return _sentence(audience, "may not be told of these people")
    if audience.most_people and finding.people > audience.most_people:
        return _sentence(
            audience, f"may be told of {audience.most_people:,} in one file, not {finding.people:,}"
        )
    return ""


def _sentence(audience: Audience, what: str) -> str:
    return f"The audience '{audience.name}' {what}."
