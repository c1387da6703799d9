"""Is this row this person? One judgement for every row of the leaked file, none lost (R13, R14)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from amends.link.comparing_fields import comparable
from amends.link.deciding import LINKED, NOTHING, UNSURE, Decisions, decide
from amends.link.engines.interface import LinkEngine
from amends.link.mapping import Mapping
from amends.link.model import DEFAULT, Model
from amends.link.people import Normaliser, Sides
from amends.link.reasons import reasons_of
from amends.link.refusing import refusals
from amends.link.registry import Registry
from amends.link.status_history import STATUS_NAMES
from amends.link.weighed_pairs import WeighedPairs
from amends.vocabulary.errors import UsageError
from amends.vocabulary.judgement import RowOutcome
from amends.vocabulary.plugins import load_plugins

ROW: Final = "row"


@dataclass(frozen=True, slots=True)
class LinkReport:
    """How the judgements came about: model, thresholds, counts. Nothing personal."""

    engine: str
    model: Model
    as_of: datetime | None
    """The as-of date that was applied; None where there is no status history or no as-of rule."""
    rows: int
    persons: int
    persons_in_scope: int
    """Persons with the right status on the as-of date; all of them where no as-of rule applies."""
    pairs_compared: int
    oversized_keys: int
    crowded_rows: int
    """Rows with more look-alikes than are compared; they are in review unless an identifier or date settled
    them."""
    fields_not_comparable: tuple[str, ...]
    """Mapped fields whose words on the two sides do not meet (codes against names), and so said nothing."""
    outcomes: dict[RowOutcome, int]
    """Rows by outcome; sums up to ``rows``."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """One judgement per row, in the order of the rows."""

    judgements: pa.Table = field(repr=False)
    """row int64, outcome string (`RowOutcome`), person_id string (null where none; for review the best
    candidate), weight float64 (bits, prior included), gap float64 (bits to the next person), reason string
    (no personal values), duplicate_of int64 (row number of the stronger row, else null)."""
    report: LinkReport


def link_rows(
    rows: pa.Table, registry: Registry, mapping: Mapping, as_of: datetime | None, engine: str = "index"
) -> LinkResult:
    """Link the rows of the leaked sheet to persons of the registry.

    ``rows`` holds an integer column ``row`` and the mapped columns of the sheet as text. Linked means
    match, duplicate or out of scope; whatever is unsure stays review, and unmatched rows are protected all
    the same. Where ``as_of``, ``[as_of]`` and a status history are given, persons with the right status
    that day are preferred by their prior, and a row linked to anyone else is out of scope (R16).

    Raises `UsageError`: ``mapping-column-missing``, ``link-engine-unknown``, ``as-of-without-time-zone``,
    ``as-of-nobody``.
    """
    mapping.check_leaked(rows.column_names)
    chosen = _engine(engine)
    model = DEFAULT
    in_scope = _in_scope(registry, mapping, as_of)
    normaliser = Normaliser()
    columns = mapping.registry
    wanted = tuple(dict.fromkeys((*columns.mapped, *([columns.other_names] if columns.other_names else []))))
    persons = normaliser.people(registry.columns(wanted), columns, columns.other_names)
    people = normaliser.people(rows, mapping.leaked)
    refused = refusals(rows, mapping.leaked, people)
    sides = Sides(people, persons, normaliser.vocabulary.table())
    log_prior = _log_prior(registry.count, in_scope, model)
    weighed = chosen.weigh(sides, model, log_prior)
    decisions = decide(weighed, len(people), log_prior, model)
    judgements = _judgements(rows, registry, weighed, decisions, _Circumstances(refused, in_scope))
    report = LinkReport(
        engine=engine,
        model=model,
        as_of=as_of if in_scope is not None else None,
        rows=len(people),
        persons=registry.count,
        persons_in_scope=registry.count if in_scope is None else int(in_scope.sum()),
        pairs_compared=len(weighed.bits),
        oversized_keys=weighed.oversized_keys,
        crowded_rows=len(weighed.crowded),
        fields_not_comparable=_not_comparable(mapping, sides),
        outcomes=dict(Counter(RowOutcome(word) for word in judgements.column("outcome").to_pylist())),
    )
    return LinkResult(judgements, report)


@dataclass(frozen=True, slots=True)
class _Circumstances:
    """What is known of rows and persons beside the weights."""

    refused: NDArray[np.object_]
    in_scope: NDArray[np.bool_] | None


def _engine(name: str) -> LinkEngine:
    engines: dict[str, LinkEngine] = load_plugins("amends.link.engines")
    if name not in engines:
        raise UsageError(
            "link-engine-unknown",
            "There is no link engine of that name.",
            hint=f"Choose from: {', '.join(engines)}.",
        )
    return engines[name]


def _in_scope(registry: Registry, mapping: Mapping, as_of: datetime | None) -> NDArray[np.bool_] | None:
    if as_of is None or mapping.as_of is None or mapping.status is None:
        return None
    if as_of.tzinfo is None:
        raise UsageError(
            "as-of-without-time-zone",
            "The as-of instant has no time zone.",
            hint="Give it in UTC, such as 2022-11-19T00:00:00Z.",
        )
    codes = [STATUS_NAMES.index(status) for status in mapping.as_of.status]
    in_scope: NDArray[np.bool_] = np.isin(registry.history.at(as_of), codes)
    if not in_scope.any():
        raise UsageError(
            "as-of-nobody",
            "Nobody in the registry has the status of [as_of] on the as-of date.",
            hint="Check the date, and the words under [status.values].",
            where=f"{mapping.source}, [as_of]",
        )
    return in_scope


def _log_prior(count: int, in_scope: NDArray[np.bool_] | None, model: Model) -> NDArray[np.float64]:
    """Return per person log2 of the chance that a row is that person, before anything is compared."""
    if in_scope is None or in_scope.all():
        return np.full(count, np.log2(model.in_registry / count))
    inside = int(in_scope.sum())
    fitting = model.in_registry * model.fits_as_of / inside
    others = model.in_registry * (1 - model.fits_as_of) / (count - inside)
    return np.where(in_scope, float(np.log2(fitting)), float(np.log2(others)))


def _not_comparable(mapping: Mapping, sides: Sides) -> tuple[str, ...]:
    pairs = (
        ("nationality", mapping.leaked.nationality, mapping.registry.nationality),
        ("facility", mapping.leaked.facility, mapping.registry.facility),
    )
    return tuple(
        name
        for name, own, their in pairs
        if own and their
        and not comparable(getattr(sides.rows, name).codes, getattr(sides.persons, name).codes)
    )  # fmt: skip


def _judgements(
    rows: pa.Table,
    registry: Registry,
    weighed: WeighedPairs,
    decisions: Decisions,
    known: _Circumstances,
) -> pa.Table:
    count = rows.num_rows
    refused = known.refused != ""
    verdicts = np.where(refused, NOTHING, decisions.verdicts)
    numbers = rows.column(ROW).to_numpy().astype(np.int64)
    person = np.full(count, -1, dtype=np.int64)
    shown = (verdicts != NOTHING) & (decisions.best >= 0)
    person[shown] = weighed.pairs.persons[decisions.best[shown]]
    stronger = _stronger_row(person, np.where(verdicts == LINKED, decisions.weights, -np.inf))
    outcomes = np.full(count, RowOutcome.UNMATCHED.value, dtype=np.object_)
    outcomes[verdicts == UNSURE] = RowOutcome.REVIEW.value
    outcomes[verdicts == LINKED] = RowOutcome.MATCH.value
    if known.in_scope is not None:
        outcomes[(verdicts == LINKED) & ~known.in_scope[person]] = RowOutcome.OUT_OF_SCOPE.value
    outcomes[stronger >= 0] = RowOutcome.DUPLICATE.value
    outcomes[refused] = RowOutcome.REFUSED.value
    reasons = _reasons(weighed, decisions, verdicts)
    reasons[refused] = known.refused[refused]
    reasons[stronger >= 0] += "; another row is this person more strongly"
    out_of_scope = outcomes == RowOutcome.OUT_OF_SCOPE.value
    reasons[out_of_scope] += "; status on the as-of date does not fit the file"
    return pa.table(
        {
            "row": pa.array(numbers),
            "outcome": pa.array(outcomes, pa.string()),
            "person_id": registry.person_ids.take(pa.array(person, mask=person < 0)),
            "weight": pa.array(np.where(refused, 0.0, decisions.weights)),
            "gap": pa.array(np.where(refused, 0.0, decisions.gaps)),
            "reason": pa.array(reasons, pa.string()),
            "duplicate_of": pa.array(numbers[np.maximum(stronger, 0)], mask=stronger < 0),
        }
    )


def _stronger_row(person: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each linked row the index of the strongest other row linked to the same person, else -1.

    Only rows that are linked for themselves count; nothing is chained through weak links. Of equally strong
    rows the first one stays.
    """
    result = np.full(len(person), -1, dtype=np.int64)
    linked = np.flatnonzero(np.isfinite(weights) & (person >= 0))
    order = linked[np.lexsort((linked, -weights[linked], person[linked]))]
    if not len(order):
        return result
    first = np.concatenate(([True], person[order][1:] != person[order][:-1]))
    strongest = order[first][np.cumsum(first) - 1]
    result[order[~first]] = strongest[~first]
    return result


def _reasons(weighed: WeighedPairs, decisions: Decisions, verdicts: NDArray[np.int8]) -> NDArray[np.object_]:
    reasons = np.full(len(verdicts), "nobody in the registry is alike enough", dtype=np.object_)
    shown = (verdicts != NOTHING) & (decisions.best >= 0)
    reasons[shown] = reasons_of(weighed, decisions.best[shown])
    unsure = verdicts == UNSURE
    reasons[unsure & (decisions.best < 0)] = "no single candidate"
    notes = (
        (decisions.contradicted, "; contradiction to be judged"),
        (decisions.rivalled & ~decisions.contradicted, "; not sure enough, or another person is as near"),
        (decisions.crowded, "; more persons are alike than were compared"),
    )
    for applies, note in notes:
        reasons[unsure & applies] += note
    return reasons
