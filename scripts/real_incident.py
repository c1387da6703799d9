"""Runs `amends respond` on data that nobody here made, and compares its answer with an independent count.

The leaked sheet and the registry come from ``people/historical_figures_with_errors_50k.parquet``: error-laden records
of historical persons, in which one cluster's records are one person. The registry takes one record of each
cluster, the sheet takes others. The log is ``logs/apache_combined_10k.log`` with one of its real document
addresses as the leaked one; who asked for it, and with which status, is counted again with grep.

    python scripts/real_incident.py CORPUS OUT [--rows 6252] [--document /images/logstash_OSCON.pdf]

Prints one JSON object and exits 1 where Amends and grep disagree.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

PEOPLE = Path("people/historical_figures_with_errors_50k.parquet")
LOG = Path("logs/apache_combined_10k.log")
COLUMNS = (
    "first_name",
    "surname",
    "full_name",
    "dob",
    "birth_place",
    "postcode_fake",
    "gender",
    "occupation",
)
MAPPING = """\
[leaked]
sheet = "Persons"
family_name = "surname"
given_name = "first_name"
date_of_birth = "dob"
facility = "birth_place"

[registry]
person_id = "person_id"
family_name = "surname"
given_name = "first_name"
other_names = "full_name"
date_of_birth = "dob"
facility = "birth_place"
address = "postcode_fake"
"""
_LINKED = frozenset({"match", "duplicate", "out_of_scope"})


def build_inputs(corpus: Path, folder: Path, *, rows: int, seed: int) -> dict[int, str]:
    """Write leaked.xlsx, registry.parquet and mapping.toml; return sheet row → cluster, the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pq.read_table(corpus / PEOPLE)
    clusters = np.asarray(table["cluster"].to_pylist())
    order = np.random.default_rng(seed).permutation(len(table))
    _, first = np.unique(clusters[order], return_index=True)
    registered = np.sort(order[first])
    others = np.setdiff1d(np.arange(len(table)), registered)
    listed = np.sort(np.random.default_rng(seed + 1).permutation(others)[:rows])
    registry = table.take(registered).append_column("person_id", table["cluster"].take(registered))
    pq.write_table(registry.select(["person_id", *COLUMNS]), folder / "registry.parquet")
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    _write_sheet(table.take(listed), folder / "leaked.xlsx")
    return {number: clusters[index] for number, index in enumerate(listed.tolist(), start=2)}


def _write_sheet(table: pa.Table, to: Path) -> None:
    with xlsxwriter.Workbook(str(to), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Persons")
        sheet.write_row(0, 0, COLUMNS)
        for number, row in enumerate(table.select(list(COLUMNS)).to_pylist(), start=1):
            for column, name in enumerate(COLUMNS):
                sheet.write_string(number, column, row[name] or "")


def respond(corpus: Path, folder: Path, document: str, *, letters: bool) -> dict[str, Any]:
    """Run the real program on the inputs and return what it prints as JSON."""
    command = [
        str(Path(sys.executable).with_name("amends")),
        "respond",
        *("--leaked", str(folder / "leaked.xlsx")),
        *("--logs", str(corpus / LOG)),
        *("--url", f"http://semicomplete.com{document}"),
        *("--registry", str(folder / "registry.parquet")),
        *("--map", str(folder / "mapping.toml")),
        *("--exposed-from", "2015-05-17T10:00Z"),
        *("--reported-at", "2015-05-20T20:00Z"),
        *("--removed-at", "2015-05-20T21:10Z"),
        *("--playbook", "custody"),
        *("--out", str(folder / "out")),
        *("--home", str(folder / "ledger")),
        *("--actor", "real incident"),
        *("--with-register", "--json"),
        *(() if letters else ("--no-letters",)),
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise SystemExit(f"amends respond ended with {finished.returncode}: {finished.stderr}")
    answer: dict[str, Any] = json.loads(finished.stdout)
    return answer


def counted_by_grep(corpus: Path, document: str) -> set[tuple[str, str]]:
    """Return (client, status) of every request line for the document, found with grep and cut at blanks."""
    pattern = rf'"[A-Z]+ {re.escape(document)}([?#][^ ]*)? HTTP'
    found = subprocess.run(
        ["grep", "-E", pattern, str(corpus / LOG)], capture_output=True, text=True, check=False
    )
    lines = found.stdout.splitlines()
    return {(line.split()[0], line.split('" ', 1)[1].split()[0]) for line in lines}


def reported(folder: Path) -> set[tuple[str, str]]:
    """Return (client, status) as ``recipients.csv`` gives them."""
    with (folder / "out" / "recipients.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["address"], status) for row in csv.DictReader(file) for status in row["statuses"].split()
        }


def linking(folder: Path, truth: dict[int, str]) -> dict[str, Any]:
    """Compare the register with the clusters; a row under review counts as missed, never as right."""
    register = pq.read_table(folder / "out" / "register.parquet")
    right = wrong = review_right = 0
    for row in register.select(["row_number", "outcome", "registry_person_id"]).to_pylist():
        same = row["registry_person_id"] == truth[row["row_number"]]
        linked = row["outcome"] in _LINKED
        right += linked and same
        wrong += linked and not same
        review_right += row["outcome"] == "review" and same
    precision, recall = right / max(1, right + wrong), right / len(truth)
    outcomes = pc.value_counts(register["outcome"]).to_pylist()
    return {
        "rows": len(truth),
        "linked_right": right,
        "linked_wrong": wrong,
        "review_with_the_right_person_first": review_right,
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / max(1e-9, precision + recall), 5),
        "outcomes": {item["values"]: item["counts"] for item in outcomes},
    }


def run(
    corpus: Path, out: Path, *, rows: int, document: str, letters: bool = True, seed: int = 1
) -> dict[str, Any]:
    """Build, respond, compare; return everything as one record."""
    truth = build_inputs(corpus, out, rows=rows, seed=seed)
    answer = respond(corpus, out, document, letters=letters)
    ours, theirs = reported(out), counted_by_grep(corpus, document)
    return {
        "document": document,
        "clients_and_statuses_by_grep": len(theirs),
        "clients_and_statuses_by_amends": len(ours),
        "same_set": ours == theirs,
        "clients": len({client for client, _ in ours}),
        "linking": linking(out, truth),
        "letters": answer["letters"],
        "seconds_file_to_held": answer["seconds_file_to_held"],
        "seconds_total": answer["seconds_total"],
        "figures": answer["figures"],
    }


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path, help="folder that holds people/ and logs/")
    parser.add_argument("out", type=Path, help="folder for inputs, ledger and results")
    parser.add_argument("--rows", type=int, default=6252, help="rows of the leaked sheet")
    parser.add_argument("--document", default="/images/logstash_OSCON.pdf", help="a path that the log names")
    parser.add_argument("--no-letters", action="store_true", help="write no letters")
    given = parser.parse_args()
    record = run(
        given.corpus, given.out, rows=given.rows, document=given.document, letters=not given.no_letters
    )
    print(json.dumps(record, indent=1))
    sys.exit(0 if record["same_set"] else 1)


if __name__ == "__main__":
    main()
