"""Somebody has fallen silent: the day on which a person looks again is set, and settled when the silence ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from amends.casework.acts import Act
from amends.ledger.bulk import in_chunks, insert_rows
from amends.ledger.models import ContactAttempt, Recheck, Remedy
from amends.remedy.contact import results
from amends.vocabulary.errors import RefusalError, UsageError

SILENT = "silent"


def check_recheck_day(on: date | None, act: Act) -> None:
    """Raise `UsageError` ``recheck-in-the-past`` for a day on which nobody can look again."""
    if on is not None and on <= act.now.date():
        raise UsageError(
            "recheck-in-the-past",
            "the day of the re-check is not ahead",
            hint="name a day after today",
            where="--recheck-on",
        )


def check_attempted(found: Sequence[Remedy], step: str) -> None:
    """Raise `RefusalError` ``attempt-missing`` unless an attempt that leads to this step is recorded for each."""
    leading = [name for name, result in results().items() if result.step == step]
    for keys in in_chunks([remedy.pk for remedy in found]):
        attempted = set(
            ContactAttempt.objects.filter(remedy__in=keys, result__in=leading).values_list(
                "remedy", flat=True
            )
        )
        for remedy in found:
            if remedy.pk in keys and remedy.pk not in attempted:
                raise RefusalError(
                    "attempt-missing",
                    f"{remedy.reference} has no recorded attempt that came to this",
                    hint="record it with `amends returns attempt`: method and result",
                )


def record_silence(found: Sequence[Remedy], target: str, on: date | None, act: Act) -> None:
    """Settle the pending re-check of each remedy, and set the next where the silence lasts.

    ``found`` holds the remedies as they were before the step.
    """
    silent = [remedy.pk for remedy in found if remedy.state == SILENT]
    for keys in in_chunks(silent):
        Recheck.objects.filter(remedy__in=keys, settled_at__isnull=True).update(settled_at=act.now)
    if target == SILENT and on is not None:
        insert_rows(
            Recheck,
            ("remedy", "on", "reason", "set_at", "settled_at"),
            [(remedy.pk, on, act.reason, act.now, None) for remedy in found],
        )
