"""Writes the result files of a run into the operator's folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from amends.casework.acts import Act
from amends.casework.publish_figures import PublishedFigures
from amends.casework.results.checkpoints import Targets, WrittenCheckpoint, write_checkpoint
from amends.casework.results.journal_export import write_journal
from amends.casework.results.recipients_file import write_recipients
from amends.casework.results.register_file import write_register_file
from amends.casework.results.report_file import write_figures, write_report
from amends.ledger import current
from amends.ledger.chain import Head

if TYPE_CHECKING:
    from amends.ledger.models import Incident


@dataclass(frozen=True, slots=True)
class ResultFiles:
    """What lies in the folder."""

    report: Path
    figures: Path
    recipients: Path
    journal: Path
    register: Path | None
    head: Head
    checkpoint: WrittenCheckpoint
    """Signed outside the database; where it could not be written to some place, the door says so at the end."""


def write_results(
    incident: Incident, published: PublishedFigures, *, out: Path, with_register: bool, act: Act
) -> ResultFiles:
    """Write report, figures, recipients and journal, and sign a checkpoint; the register only where asked for."""
    write_figures(published, out)
    write_recipients(incident, out / "recipients.csv")
    write_report(incident, out / "report.html")
    register = out / "register.parquet" if with_register else None
    if register:
        write_register_file(incident, register, asked_for=with_register, actor=act.actor)
    head = write_journal(out / "journal.jsonl")
    return ResultFiles(
        out / "report.html",
        out / "figures.json",
        out / "recipients.csv",
        out / "journal.jsonl",
        register,
        head,
        write_checkpoint(Targets.configured(), home=current.home(), now=act.now),
    )
