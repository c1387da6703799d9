"""What is not known, as sentences for a notice (R30): facts from the assessment, wording from a file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from amends.ledger.models import ExposureRecord


@cache
def _wording() -> dict[str, dict[str, str]]:
    text = (resources.files("amends.remedy") / "unknowns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def unknown_sentences(
    record: ExposureRecord | None, language: str, *, told_directly: bool = False
) -> tuple[str, ...]:
    """Return the sentences, never none: whether a reader passed the document on is never known.

    ``told_directly``: the data were disclosed to somebody without any document that could be fetched.
    """
    if told_directly:
        return (_wording()["shared_on"][language],)
    names = []
    if record is None or not record.logs:
        names.append("no_logs")
    else:
        names.extend(["holes"] if record.holes or record.unreadable_lines else [])
        names.append("networks_only")
    return tuple(_wording()[name][language] for name in (*names, "passed_on"))
