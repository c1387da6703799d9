"""Whom and what a duty covers: who the organisation is, which data, how many people, and what only a person can judge.

The answers are "applies" and "a person must decide". A condition that seems not to be met is the second and never
"no duty": rules are unverified, counts are bounds, and being outside every statute never ends protection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ANY_ROLE = "any"


class Role(StrEnum):
    """What the organisation is, as statutes call it: public bodies and businesses fall under different ones."""

    FEDERAL_AGENCY = "federal_agency"
    STATE_AGENCY = "state_agency"
    BUSINESS = "business"
    COVERED_ENTITY = "covered_entity"
    BUSINESS_ASSOCIATE = "business_associate"
    HEALTH_FACILITY = "health_facility"
    CONTROLLER = "controller"
    PROCESSOR = "processor"


class Counted(StrEnum):
    """Whose number a threshold speaks of."""

    PEOPLE = "people"
    """Everyone affected, wherever they live."""
    RESIDENTS = "residents"
    """Those who live where the rule applies."""


class Verdict(StrEnum):
    """The only two answers. There is no third that says that a duty does not exist."""

    APPLIES = "applies"
    PERSON_DECIDES = "person_decides"


@dataclass(frozen=True, slots=True)
class CountCondition:
    """A number of people from which, or below which, a duty arises. Exactly one bound is set."""

    of: Counted
    at_least: int | None = None
    more_than: int | None = None
    fewer_than: int | None = None

    def __post_init__(self) -> None:
        bounds = [b for b in (self.at_least, self.more_than, self.fewer_than) if b is not None]
        if len(bounds) != 1 or bounds[0] < 1:
            raise ValueError(
                "a count has exactly one of at_least, more_than, fewer_than, and it is at least 1"
            )

    def reached_by(self, count: int) -> bool:
        """Return whether so many people are what the rule speaks of."""
        if self.fewer_than is not None:
            return count < self.fewer_than
        return count > self.more_than if self.more_than is not None else count >= (self.at_least or 1)

    def __str__(self) -> str:
        words = (
            (self.at_least, "{} or more"),
            (self.more_than, "more than {}"),
            (self.fewer_than, "fewer than {}"),
        )
        (said,) = (text.format(f"{bound:,}") for bound, text in words if bound is not None)
        return f"{said} {self.of.value}"


@dataclass(frozen=True, slots=True)
class CountExample:
    """One upper bound and whether the threshold is reached by it; run as a test."""

    upper: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a machine can ask of a threshold. Empty fields ask nothing."""

    roles: tuple[str, ...] = ()
    """Roles of `Role` that the rule binds; empty: every organisation."""
    count: CountCondition | None = None
    data: tuple[str, ...] = ()
    """Kinds of personal data (ids of the scanner) of which one is enough; empty: any personal data."""
    judgement: str = ""
    """What somebody must judge before the duty is sure, e.g. a high risk; empty: nothing."""
    counted: tuple[CountExample, ...] = ()
    count_suffices: bool = False
    """Whether the number alone is enough, without the judgement; else both are asked for."""


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many people at most, and where they are known to live."""

    upper: int | None = None
    """Most people that it can be; None where nothing has been counted."""
    residence: Mapping[str, int] = field(default_factory=dict)
    """ISO 3166 code (``US-CA``, ``US``, ``BR``) → people known to live there. The rest live nobody knows where."""
    unread: int = 0
    """Pieces of the leaked file that nobody has read: while there are any, the upper bound is none."""

    def of(self, counted: Counted, place: str) -> tuple[int, int] | None:
        """Return how many it surely is and how many it can be at most, or None where nobody knows.

        Whoever lives in ``US`` and nobody knows in which state can live in ``US-CA``.
        """
        if self.upper is None:
            return None
        if counted is Counted.PEOPLE or not place:
            return 0, self.upper
        here = sum(count for code, count in self.residence.items() if _within(code, place))
        elsewhere = sum(
            count
            for code, count in self.residence.items()
            if not _within(code, place) and not _within(place, code)
        )
        return here, max(self.upper - elsewhere, here)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of an incident when a rule is asked."""

    headcount: Headcount = Headcount()
    roles: frozenset[str] = frozenset()
    """Roles of the organisation; empty where nobody has said."""
    data: frozenset[str] = frozenset()
    """Kinds of personal data exposed; empty where nobody has looked."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a duty applies, or a person must decide, and every reason."""

    verdict: Verdict
    reason: str


def assess(conditions: Conditions, circumstances: Circumstances, *, place: str) -> Assessment:
    """Return whether the duty applies as far as a machine can say; what is open goes to a person with its reason."""
    open_questions = list(_open_questions(conditions, circumstances, place))
    if open_questions:
        return Assessment(Verdict.PERSON_DECIDES, "a person must decide: " + "; ".join(open_questions))
    return Assessment(Verdict.APPLIES, _why_it_applies(conditions, circumstances, place))


def _open_questions(conditions: Conditions, circumstances: Circumstances, place: str) -> Iterator[str]:
    if conditions.roles:
        roles = " or ".join(conditions.roles)
        if not circumstances.roles:
            yield f"the rule binds a {roles}, and nobody has said what the organisation is"
        elif not circumstances.roles & set(conditions.roles):
            said = ", ".join(sorted(circumstances.roles))
            yield f"the rule binds a {roles}, and the organisation was said to be {said}"
    if conditions.data:
        if not circumstances.data:
            yield "it is not known which kinds of data were exposed"
        elif not circumstances.data & set(conditions.data):
            yield f"none of the kinds of data was found that the rule names ({', '.join(conditions.data)})"
    by_count = (
        list(_count_questions(conditions.count, circumstances.headcount, place)) if conditions.count else []
    )
    if conditions.count_suffices and not by_count:
        return
    yield from by_count
    if conditions.judgement:
        yield conditions.judgement


def _count_questions(count: CountCondition, heads: Headcount, place: str) -> Iterator[str]:
    bounds = heads.of(count.of, place)
    if bounds is None:
        yield f"the rule speaks of {count}, and nobody has been counted"
        return
    known, upper = bounds
    unread = f", and {heads.unread:,} pieces of the leaked file were not read" if heads.unread else ""
    if not count.reached_by(upper) or (count.fewer_than is not None and unread):
        yield f"the rule speaks of {count}, and the count is at most {upper:,}{unread}"
    elif count.of is Counted.RESIDENTS and count.fewer_than is None and not count.reached_by(known):
        yield f"the rule speaks of {count}; {known:,} are known to live there and {upper:,} may"


def _why_it_applies(conditions: Conditions, circumstances: Circumstances, place: str) -> str:
    said = []
    if conditions.roles:
        said.append(f"binds a {' or '.join(sorted(circumstances.roles & set(conditions.roles)))}")
    if conditions.data:
        said.append(f"names {', '.join(sorted(circumstances.data & set(conditions.data)))}")
    if conditions.count:
        bounds = circumstances.headcount.of(conditions.count.of, place)
        said.append(f"{conditions.count}, and at most {bounds[1] if bounds else 0:,} are affected")
    return "the rule " + "; ".join(said) if said else "the rule asks for no threshold"


def _within(code: str, place: str) -> bool:
    return code == place or code.startswith(f"{place}-")
