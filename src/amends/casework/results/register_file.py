"""``register.parquet``: every row with its outcome and person. As secret as the leak itself (R49)."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from amends.casework.results.files import write_with
from amends.casework.visibility import check_may_see_register
from amends.ledger.models import Incident, LeakedRow

_COLUMNS = (
    "table_name",
    "row_number",
    "hidden",
    "outcome",
    "judgement",
    "registry_person_id",
    "weight",
    "gap",
    "reason",
    "duplicate_of",
    "person__status_as_of",
    "person__status_at_exposure",
    "person__status_at_hold",
    "person__removal_phase",
)


def register_table(incident: Incident) -> pa.Table:
    """Return the register as a table: one line for each row of the leaked file, in the file's order.

    For a row under review ``registry_person_id`` is the best candidate, not a finding.
    """
    rows = LeakedRow.objects.filter(incident=incident).values_list(*_COLUMNS)
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    names = [name.removeprefix("person__") for name in _COLUMNS]
    return pa.table({name: pa.array(values) for name, values in zip(names, columns, strict=True)})


def write_register_file(incident: Incident, to: Path, *, asked_for: bool, actor: str) -> None:
    """Write the register; refused unless it was asked for by somebody."""
    check_may_see_register(asked_for=asked_for, actor=actor)
    table = register_table(incident)
    write_with(to, lambda partial: pq.write_table(table, partial))
