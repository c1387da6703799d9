"""Compares a response with the truth of a drill: links, recipients, holds, people harmed (R55).

A link counts as made when a row was called a match, a duplicate or out of scope; a row left for review
or unmatched is a link missed, never a wrong one. A wrong link is worse than a missed one, because it
tells a stranger; both are given, and F1 beside them for comparison with the literature.
"""

from __future__ import annotations

import csv
from collections.abc import Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from amends.drill.truth_files import HARMED, RECIPIENTS, ROWS
from amends.vocabulary.errors import UsageError
from amends.vocabulary.judgement import RowOutcome

_LINKED: Final = (RowOutcome.MATCH, RowOutcome.DUPLICATE, RowOutcome.OUT_OF_SCOPE)
_OBTAINED_DATA: Final = frozenset({"full", "complete_by_ranges", "partial", "aborted", "revalidation"})
_RECIPIENT_CLASSES: Final = frozenset({"outside", "crawler"})


@dataclass(frozen=True, slots=True)
class Observed:
    """What a response found out and did."""

    judgements: pa.Table = field(repr=False)
    """One line per judged row: ``row`` as a spreadsheet numbers it, ``outcome``, ``person_id``."""
    recipients: Set[str] = field(repr=False)
    """Addresses of outsiders and crawlers that the response says obtained data."""
    held_rows: Set[int] = field(repr=False)
    """Numbers of the rows under hold."""
    harmed: Set[str] = field(repr=False)
    """Person ids that the response lists as harmed between exposure and hold."""


@dataclass(frozen=True, slots=True)
class Score:
    """The comparison, in counts."""

    rows: int
    """Rows in the leaked list."""
    linked_right: int
    linked_wrong: int
    """Linked to somebody else, or linked although the registry does not know the person."""
    linked_missed: int
    """Not linked although the registry knows the person."""
    f1: float
    """Of precision right/(right + wrong) and recall right/(rows whose person is registered)."""
    recipients_true: int
    """Outsiders and crawlers that obtained data and of whom the log has a line."""
    recipients_found: int
    recipients_false: int
    """Addresses named as recipients that are none."""
    held: int
    """Rows of the list under hold; anything below ``rows`` is a person unprotected."""
    harmed_true: int
    harmed_found: int
    harmed_false: int
    """People named as harmed who were not."""


def score(truth_dir: Path, observed: Observed) -> Score:
    """Return the score of a response against the truth in this folder.

    Raises `UsageError`: ``drill-truth-missing`` when the folder is not the truth of a drill,
    ``drill-judgements-invalid`` when a row is judged twice or does not exist.
    """
    for name in (ROWS, RECIPIENTS, HARMED):
        if not (truth_dir / name).is_file():
            raise UsageError(
                "drill-truth-missing",
                "this folder does not hold the truth of a drill",
                hint="Give the folder `truth` that the drill was made with.",
                where=name,
            )
    truth = pq.read_table(truth_dir / ROWS, columns=["row", "person_id"])
    right, wrong, missed = _links(truth, observed.judgements)
    registered = len(truth) - truth["person_id"].null_count
    recipients, harmed = _recipients(truth_dir / RECIPIENTS), _harmed(truth_dir / HARMED)
    numbers = frozenset(truth["row"].to_pylist())
    return Score(
        rows=len(truth),
        linked_right=right,
        linked_wrong=wrong,
        linked_missed=missed,
        f1=_f1(right, wrong, registered),
        recipients_true=len(recipients),
        recipients_found=len(recipients & observed.recipients),
        recipients_false=len(observed.recipients - recipients),
        held=len(numbers & observed.held_rows),
        harmed_true=len(harmed),
        harmed_found=len(harmed & observed.harmed),
        harmed_false=len(observed.harmed - harmed),
    )


def _links(truth: pa.Table, judgements: pa.Table) -> tuple[int, int, int]:
    """Return how many links are right, wrong, missed."""
    place = _places(truth, judgements)
    linked = np.zeros(len(truth), dtype=np.bool_)
    made = pc.is_in(judgements["outcome"], pa.array([str(outcome) for outcome in _LINKED]))
    linked[place] = np.asarray(pc.fill_null(made, False))
    claimed = np.full(len(truth), None, dtype=object)
    claimed[place] = np.asarray(judgements["person_id"].to_pylist(), dtype=object)
    known = np.asarray(truth["person_id"].to_pylist(), dtype=object)
    registered = np.asarray(truth["person_id"].is_valid())
    right = linked & registered & (claimed == known)
    return int(right.sum()), int((linked & ~right).sum()), int((registered & ~linked).sum())


def _places(truth: pa.Table, judgements: pa.Table) -> npt.NDArray[np.intp]:
    """Return the place in the truth of each judged row."""
    place = pc.index_in(pc.cast(judgements["row"], pa.int64()), truth["row"].combine_chunks())
    unknown = place.null_count
    twice = len(place) - unknown - len(pc.unique(pc.drop_null(place)))
    if unknown or twice:
        raise UsageError(
            "drill-judgements-invalid",
            f"{unknown} judgements are about rows that do not exist, {twice} about rows judged before",
            hint="Give one judgement per row, numbered as the spreadsheet shows it (the header is row 1).",
        )
    return np.asarray(place).astype(np.intp)


def _f1(right: int, wrong: int, registered: int) -> float:
    """F1 = 2pr/(p + r), which is 2·right/(links made + links to be made)."""
    return 2 * right / (right + wrong + registered) if right else 0.0


def _recipients(path: Path) -> frozenset[str]:
    with path.open(newline="", encoding="utf-8") as lines:
        return frozenset(
            line["address"]
            for line in csv.DictReader(lines)
            if line["class"] in _RECIPIENT_CLASSES and line["verdict"] in _OBTAINED_DATA
        )


def _harmed(path: Path) -> frozenset[str]:
    with path.open(newline="", encoding="utf-8") as lines:
        return frozenset(line["person_id"] for line in csv.DictReader(lines))
