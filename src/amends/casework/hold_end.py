"""May these holds end? Only on proof: notice delivered, waiting time passed, reviews done (R25).

One statement for every ten thousand holds, whatever the number of people: a second person who approves a list of
thousands has each of them looked at afresh at that instant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q

from amends.ledger.bulk import in_chunks
from amends.ledger.hold_terms import HoldFacts, hold_facts
from amends.ledger.models import Remedy
from amends.ledger.models.hold_term import DOCUMENT, NOTICE_DELIVERED, REVIEWS_DONE, WAITING_TIME
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.errors import RefusalError

WORDS: Final = {
    "person_unknown": "nobody knows yet whom it protects",
    "term_missing": "it has no recorded term",
    NOTICE_DELIVERED: "notice to the person and to whoever represents them is not proven delivered",
    WAITING_TIME: "{days} whole days have not passed since notice was delivered",
    "extended": "it was extended to a later day",
    REVIEWS_DONE: "a review of the person is not finished",
    DOCUMENT: "no document is referred to that ends it, such as a decision or a written waiver",
    "names_somebody": "its row was not judged to name nobody",
}
"""What is missing → how it is said."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One hold, and what its end still lacks at an instant."""

    facts: HoldFacts
    lacking: tuple[str, ...]
    """Keys of `WORDS`; empty where every condition is met."""

    def in_words(self) -> tuple[str, ...]:
        """Return what is lacking, said."""
        return tuple(WORDS[name].format(days=self.facts.waiting_days) for name in self.lacking)


def standings(holds: Sequence[int], *, now: datetime, document: bool = False) -> Iterator[Standing]:
    """Yield what each of these holds (keys) lacks for its end at ``now``, in the order of the keys.

    ``document``: whether a document is referred to that ends what the hold protects.
    """
    unfinished = ~Q(state__in=workflow_of("review").finals)
    for keys in in_chunks(sorted(set(holds))):
        for facts in hold_facts(Remedy.objects.filter(pk__in=keys), unfinished_reviews=unfinished):
            yield Standing(facts, tuple(lacking(facts, now=now, document=document)))


def lacking(facts: HoldFacts, *, now: datetime, document: bool) -> Iterator[str]:
    """Yield what the end of one hold lacks at ``now``; nothing where it may end."""
    if facts.person is None:
        yield "person_unknown"
    if not facts.conditions:
        yield "term_missing"
    if NOTICE_DELIVERED in facts.conditions and not facts.told:
        yield NOTICE_DELIVERED
    ends = facts.waiting_ends_at
    if WAITING_TIME in facts.conditions and facts.told and (ends is None or now < ends):
        yield WAITING_TIME
    if facts.not_before is not None and now < facts.not_before:
        yield "extended"
    if REVIEWS_DONE in facts.conditions and facts.review_open:
        yield REVIEWS_DONE
    if DOCUMENT in facts.conditions and not document:
        yield DOCUMENT


def check_holds_may_end(
    holds: Sequence[int], *, now: datetime, document: bool = False, as_nobody: bool = False
) -> None:
    """Raise `RefusalError` ``hold-not-ended``, naming the first that stays and why, unless every hold may end.

    ``as_nobody``: on the other ground that there is, that the row was judged to name nobody. No ground stands in for
    a notice that was withheld or given up: such a hold stays.
    """
    staying = [
        (standing, ("names_somebody",) if as_nobody else standing.lacking)
        for standing in standings(holds, now=now, document=document)
        if (not standing.facts.names_nobody if as_nobody else standing.lacking)
    ]
    if not staying:
        return
    first, reasons = staying[0]
    words = "; ".join(WORDS[name].format(days=first.facts.waiting_days) for name in reasons)
    others = f" (and {len(staying) - 1:,} others stay)" if len(staying) > 1 else ""
    raise RefusalError(
        "hold-not-ended",
        f"hold H-{first.facts.hold:06d} stays: {words}{others}",
        hint="`amends holds show` says of each hold what it lacks; take those out of the list that stay",
    )
