"""The queue of reviews: the most urgent first, each with the reasons why; and the three numbers that add up (R26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from amends.ledger.models import Incident, Remedy
from amends.remedy.reviews import ReviewRules, UrgencyRule, review_rules
from amends.remedy.workflow_table import workflow_of
from amends.vocabulary.persons import folded_name


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One review in the queue; names nobody but who decides it."""

    reference: str
    entitlement: str
    state: str
    assigned_to: str
    urgency: int
    reasons: tuple[str, ...]
    """Titles of the urgency rules that hold, the heaviest first."""
    age_days: int
    due: datetime | None
    overdue: bool
    awaits_second_look: bool
    proposed: str
    """Outcome that waits for the second look; empty where none does."""


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The first of the reviews that were asked for, how many there are, and the totals of the incident."""

    total: int
    lines: tuple[ReviewLine, ...]
    totals: dict[str, dict[str, int]]
    """Entitlement → all, granted, under_review, other: the first is the sum of the rest."""


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which reviews are wanted."""

    mine: str = ""
    """Assigned to this person."""
    overdue: bool = False
    awaiting_second_look: bool = False


def review_queue(incident: Incident, wanted: ReviewFilter, *, now: datetime, limit: int) -> ReviewQueue:
    """Return the open reviews by urgency, then by due time. Rules are data; the database does the ordering."""
    rules = review_rules()
    found = _open_reviews(incident, wanted, now)
    ordered = _with_urgency(found, rules, now).order_by("-urgency", F("due_at").asc(nulls_last=True), "id")
    lines = tuple(_line(remedy, rules, now) for remedy in ordered.select_related("review_case")[:limit])
    return ReviewQueue(found.count(), lines, review_totals(incident))


def review_totals(incident: Incident) -> dict[str, dict[str, int]]:
    """Return for each entitlement how many reviews there are, and how they stand."""
    finals = workflow_of("review").finals
    rows = (
        Remedy.objects.filter(incident=incident, kind=Remedy.Kind.REVIEW)
        .exclude(state="withdrawn")
        .order_by()
        .values("entitlement")
        .annotate(
            all=Count("id"),
            granted=Count("id", filter=Q(state="granted")),
            under_review=Count("id", filter=~Q(state__in=finals)),
            other=Count("id", filter=Q(state__in=finals - {"granted"})),
        )
    )
    return {
        row["entitlement"]: {
            "all": row["all"],
            "granted": row["granted"],
            "under_review": row["under_review"],
            "other": row["other"],
        }
        for row in rows
    }


def _open_reviews(incident: Incident, wanted: ReviewFilter, now: datetime) -> QuerySet[Remedy]:
    found = Remedy.objects.filter(incident=incident, kind=Remedy.Kind.REVIEW).exclude(
        state__in=workflow_of("review").finals
    )
    if wanted.mine:
        found = found.annotate(folded=Lower("review_case__assigned_to")).filter(
            folded=folded_name(wanted.mine)
        )
    if wanted.overdue:
        found = found.filter(due_at__lt=now)
    if wanted.awaiting_second_look:
        found = found.filter(review_case__awaits_second_look=True)
    return found


def _with_urgency(found: QuerySet[Remedy], rules: ReviewRules, now: datetime) -> QuerySet[Any]:
    held = {f"rule_{rule.name}": _points(rule.condition(), rule.points) for rule in rules.urgency}
    deadline = rules.deadline
    soon = now + timedelta(days=deadline.near_days)
    held["rule_deadline"] = Case(
        When(due_at__lt=now, then=Value(deadline.overdue)),
        When(due_at__lt=soon, then=Value(deadline.near)),
        default=Value(0),
        output_field=IntegerField(),
    )
    total = sum((F(name) for name in held), Value(0))
    return found.annotate(**held).annotate(urgency=total)


def _points(condition: Q, points: int) -> Case:
    return Case(When(condition, then=Value(points)), default=Value(0), output_field=IntegerField())


def _line(remedy: Any, rules: ReviewRules, now: datetime) -> ReviewLine:
    case = getattr(remedy, "review_case", None)
    waiting = bool(case and case.awaits_second_look)
    return ReviewLine(
        reference=remedy.reference,
        entitlement=remedy.entitlement,
        state=remedy.state,
        assigned_to=case.assigned_to if case else "",
        urgency=remedy.urgency,
        reasons=_reasons(remedy, rules.urgency, now),
        age_days=(now - remedy.created_at).days,
        due=remedy.due_at,
        overdue=bool(remedy.due_at and remedy.due_at < now),
        awaits_second_look=waiting,
        proposed=case.outcome if case and waiting else "",
    )


def _reasons(remedy: Any, urgency: tuple[UrgencyRule, ...], now: datetime) -> tuple[str, ...]:
    holding = sorted(
        (rule for rule in urgency if getattr(remedy, f"rule_{rule.name}")), key=lambda rule: -rule.points
    )
    deadline = ("overdue" if remedy.due_at < now else "due soon",) if remedy.rule_deadline else ()
    return (*deadline, *(rule.title for rule in holding))
