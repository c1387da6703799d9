"""How well labelled sentences are judged: any overlap with a labelled span of the same type counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from amends.scan.identifiers.text_detector import forms, plain_engine

KINDS: Final[dict[str, frozenset[str]]] = {
    "EMAIL_ADDRESS": frozenset({"email"}),
    "IBAN_CODE": frozenset({"bank-account"}),
    "IP_ADDRESS": frozenset({"ip-address"}),
    "US_SSN": frozenset({"social-security-number", "individual-taxpayer-number"}),
    "CREDIT_CARD": frozenset({"payment-card"}),
    "PHONE_NUMBER": frozenset({"phone"}),
    "US_DRIVER_LICENSE": frozenset({"driver-licence"}),
    "AGE": frozenset({"age"}),
    "STREET_ADDRESS": frozenset({"address"}),
    "ZIP_CODE": frozenset({"postcode"}),
}
"""Label in the corpus → kinds that mean the same."""


def scores(file: Path) -> dict[str, dict[str, float]]:
    """Return label → precision, recall and the three counts behind them."""
    counts = {label: {"found": 0, "missed": 0, "false": 0} for label in KINDS}
    for row in json.loads(file.read_text(encoding="utf-8")):
        found = _spans(row["full_text"])
        for label, kinds in KINDS.items():
            _count(counts[label], row["spans"], label, [span[:2] for span in found if span[2] in kinds])
    return {label: {**count, **_rates(count)} for label, count in counts.items()}


def _spans(text: str) -> list[tuple[int, int, str]]:
    data = text.encode("utf-8")
    return [
        (
            len(data[: span.start].decode("utf-8")),
            len(data[: span.end].decode("utf-8")),
            forms()[span.rule][0].kind,
        )
        for span in plain_engine().spans(data)
    ]


def _count(
    count: dict[str, int], labelled: list[dict[str, Any]], label: str, found: list[tuple[int, int]]
) -> None:
    spans = [
        (span["start_position"], span["end_position"]) for span in labelled if span["entity_type"] == label
    ]
    for start, end in spans:
        hit = any(first < end and start < last for first, last in found)
        count["found" if hit else "missed"] += 1
    count["false"] += sum(
        not any(first < end and start < last for start, end in spans) for first, last in found
    )


def _rates(count: dict[str, int]) -> dict[str, float]:
    told, there = count["found"] + count["false"], count["found"] + count["missed"]
    return {
        "precision": count["found"] / told if told else 0.0,
        "recall": count["found"] / there if there else 0.0,
    }
