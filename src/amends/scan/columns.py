"""Says for each column of a table which kind of personal data it holds, and why.

Two witnesses are heard: the words of the header and the values below it. A header alone can lie
("Name" over product names), values alone are weak (nine digits are a number of almost anything);
so the header proposes, the values dispose, and only forms that give themselves away (an e-mail
address, a checksum) speak without a header. Dates of birth are told from other dates by how far they
spread: people are born over a century, and booked in over a few years.

No value leaves this module except as a masked sample.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from amends.scan.identifiers.rules import Rule, load_rules
from amends.scan.identifiers.words import rules_for_header
from amends.scan.person_names.column import are_no_names, names_in
from amends.scan.tables import Table
from amends.vocabulary.personal import masked_sample

_SAMPLED_VALUES: Final = 1_000
_PROBED_VALUES: Final = 50
"""A form that half of the values have shows itself among so few."""
_TRUSTED_SHARE: Final = 0.3
_GIVEN_AWAY_SHARE: Final = 0.5
_VALUES_ALONE: Final = 0.8
"""Weight of values without a header beside values with one."""
_NAME_BY_SHAPE: Final = 0.55
_NAME_BY_LIST: Final = 0.6
_NAME_BY_SHARE: Final = 0.3
_CONTRADICTED: Final = 0.5
_NAMES: Final = frozenset({"full-name", "family-name", "given-name", "alias"})
_BIRTH_BY_SPREAD: Final = 0.6
_FEWEST_FOR_SHAPE: Final = 5
_NAMES_SHARE: Final = 0.8
_DISTINCT_SHARE: Final = 0.6
_BIRTH_SPREAD_YEARS: Final = 25
_OLDEST_BIRTH: Final = 1_900
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T00:00:00)?")
_PERSON_NAME: Final = re.compile(
    r"(?:[^\W\d_a-z][^\W\d_]*[.'’-]?[^\W\d_]*,? ){1,4}[^\W\d_a-z][^\W\d_]*[.'’-]?[^\W\d_]*"
)


@dataclass(frozen=True, slots=True)
class ColumnFinding:
    """One column that holds personal data."""

    column: str
    """Header text, as in ``Table.columns``."""
    kind: str
    """Stable name of the rule: ``date-of-birth``."""
    category: str
    identifying: str
    """``direct``, ``indirect`` or ``contextual`` (`amends.scan.identifiers.rules.Rule`)."""
    label_en: str
    label_es: str
    confidence: float
    """0 to 1."""
    non_empty: int
    """Values in the column, hidden rows included."""
    sample: str
    """One value, masked."""
    hidden: str
    """Why it is not seen (``hidden sheet; hidden column; 3 values in hidden rows``), or empty."""
    context: str
    """What being listed means, where that is sensitive in itself, or empty."""
    reason: str
    """Why the column is taken for this kind, in words and without any value."""


@dataclass(frozen=True, slots=True)
class _Judged:
    rule: Rule
    confidence: float
    reason: str


def classify_columns(table: Table) -> tuple[ColumnFinding, ...]:
    """Return a finding for each column that holds personal data, left to right; at most one a column."""
    found: list[ColumnFinding] = []
    for position, column in enumerate(table.columns):
        values = [row[position] for row in table.rows if row[position].strip()]
        if not values:
            continue
        judged = _judge(column, _sampled(values))
        if judged is not None:
            found.append(_finding(table, position, values, judged))
    return tuple(found)


def _sampled(values: Sequence[str]) -> list[str]:
    """Return at most a thousand values, evenly spread: the top of a sorted list is not the list."""
    step = max(1, len(values) // _SAMPLED_VALUES)
    return list(values[::step])


def _judge(column: str, values: Sequence[str]) -> _Judged | None:
    by_header = _by_header(column, values)
    by_values = _by_values(values)
    if by_header and by_values:
        # A distinctive form says more than a word: e-mail addresses under "Contact name" are addresses.
        return by_values if by_values.confidence > by_header.confidence else by_header
    return by_header or by_values or _by_distribution(column, values)


def _by_header(column: str, values: Sequence[str]) -> _Judged | None:
    shares = rules_for_header(column)
    judged: list[tuple[float, float, _Judged]] = []
    for rule in load_rules():
        covered = shares.get(rule.kind)
        if covered is None:
            continue
        fitting = sum(map(rule.fits, values)) / len(values)
        if fitting < _TRUSTED_SHARE:
            continue
        confidence = round(rule.confidence * (0.5 + 0.5 * fitting) * (0.7 + 0.3 * covered), 3)
        reason = f"The header says so, and {fitting:.0%} of the values have the form of it."
        if rule.kind in _NAMES and are_no_names(values):
            confidence = round(confidence * _CONTRADICTED, 3)
            reason = "The header says so, but hardly one of the values is a name that anybody has."
        judged.append((covered, confidence, _Judged(rule, confidence, reason)))
    return max(judged, key=lambda entry: entry[:2])[2] if judged else None


def _by_values(values: Sequence[str]) -> _Judged | None:
    best: _Judged | None = None
    few = values[:: max(1, len(values) // _PROBED_VALUES)]
    for rule in load_rules():
        if not rule.distinctive_pattern or not any(map(rule.gives_away, few)):
            continue
        share = sum(map(rule.gives_away, values)) / len(values)
        confidence = round(rule.confidence * _VALUES_ALONE * (0.5 + 0.5 * share), 3)
        if share >= _GIVEN_AWAY_SHARE and (best is None or confidence > best.confidence):
            best = _Judged(rule, confidence, f"{share:.0%} of the values have its unmistakable form.")
    return best


def _by_distribution(column: str, values: Sequence[str]) -> _Judged | None:
    if len(values) < _FEWEST_FOR_SHAPE:
        return None
    rules = {rule.kind: rule for rule in load_rules()}
    if _spread_like_births(values):
        reason = "The dates spread over decades and end before those of adults' affairs, as births do."
        return _Judged(rules["date-of-birth"], _BIRTH_BY_SPREAD, reason)
    if _other_thing(column):
        return None
    named = names_in(values)
    if named is not None:
        confidence = round(_NAME_BY_LIST + _NAME_BY_SHARE * named.share, 3)
        reason = f"{named.share:.0%} of the different values are names that many people have."
        return _Judged(rules[named.kind], confidence, reason)
    if _look_like_names(values) and not are_no_names(values):
        reason = "Nearly all values are different and look like a person's names."
        return _Judged(rules["full-name"], _NAME_BY_SHAPE, reason)
    return None


def _spread_like_births(values: Sequence[str]) -> bool:
    days = sorted(day for day in map(_day, values) if day is not None)
    if len(days) < _DISTINCT_SHARE * len(values) or days[0].year < _OLDEST_BIRTH:
        return False
    early, late = days[len(days) // 20], days[-1 - len(days) // 20]
    return late.year - early.year >= _BIRTH_SPREAD_YEARS and len(set(days)) >= _DISTINCT_SHARE * len(days)


def _day(value: str) -> date | None:
    match = _ISO_DATE.fullmatch(value.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _other_thing(column: str) -> bool:
    """A header that names something which is not a person: "Facility Name", "Product"."""
    return bool(_NOT_PERSONS.search(column))


_NOT_PERSONS: Final = re.compile(
    r"\b(?:facility|product|company|city|country|county|state|street|address|title|description|category|"
    r"office|department|agency|hospital|school|court|project|item|model|brand|place|region|province|"
    r"municipality|function|formula|empresa|ciudad|producto|instalaci[oó]n|ville|pays|stadt|land)\b",
    re.IGNORECASE,
)


def _look_like_names(values: Sequence[str]) -> bool:
    named = sum(_PERSON_NAME.fullmatch(value.strip()) is not None for value in values)
    different = len(set(values)) / len(values)
    return named >= _NAMES_SHARE * len(values) and different >= _DISTINCT_SHARE


def _finding(table: Table, position: int, values: Sequence[str], judged: _Judged) -> ColumnFinding:
    column = table.columns[position]
    rule = judged.rule
    return ColumnFinding(
        column=column,
        kind=rule.kind,
        category=rule.category,
        identifying=rule.identifying,
        label_en=rule.label_en,
        label_es=rule.label_es,
        confidence=judged.confidence,
        non_empty=len(values),
        sample=masked_sample(values[0].strip()),
        hidden=_hidden(table, position),
        context=rule.context,
        reason=judged.reason,
    )


def _hidden(table: Table, position: int) -> str:
    reasons = [table.hidden] if table.hidden else []
    if table.columns[position] in table.hidden_columns:
        reasons.append("hidden column")
    unseen = sum(
        1
        for row, number in zip(table.rows, table.row_numbers, strict=True)
        if number in table.hidden_rows and row[position].strip()
    )
    if unseen:
        reasons.append(f"{unseen:,} values in hidden rows")
    return "; ".join(reasons)
