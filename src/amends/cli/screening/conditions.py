"""What `amends screen` holds files against: the options, over the settings of ``amends.toml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from amends.cli.known_indexes import opened_indexes
from amends.scan.allowing import load_allowances
from amends.scan.audience_screening import Conditions, Detector
from amends.scan.audiences.loading import PUBLIC, audience_named
from amends.scan.mail_recipients import MailRules
from amends.scan.reporting.report import ReportedFile
from amends.scan.settings import ScreenSettings, find_settings, load_settings
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    audience: str | None = None
    audiences: Path | None = None
    allow_lists: Sequence[Path] = ()
    fail_on: Sequence[str] = ()
    outgoing: bool = False
    config: Path | None = None
    known: Sequence[Path] = ()
    key_files: Sequence[Path] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The conditions of a run, and what makes it fail."""

    conditions: Conditions
    settings: ScreenSettings
    fail_on: frozenset[str]
    """Kinds and categories of findings; empty for all of them."""

    def fails(self, file: ReportedFile) -> bool:
        """Say whether a file with findings makes the run end with findings."""
        if not self.fail_on:
            return bool(file.stopping)
        return any(
            {finding.kind, *finding.categories, *_kinds(finding.samples)} & self.fail_on
            for finding in file.stopping
        )


def terms_of(asked: Asked, *, folder: Path, today: date, detectors: Sequence[Detector] = ()) -> Terms:
    """Return the terms of a run that is started in a folder.

    Raises `UsageError` for settings, audiences, allow-lists and kinds that cannot be used.
    """
    file = asked.config or find_settings(folder)
    settings = load_settings(file, today=today) if file is not None else ScreenSettings()
    own_audiences = asked.audiences or settings.audiences
    audience = audience_named(asked.audience or settings.audience or PUBLIC, own_audiences)
    allowances = settings.allowances
    for listed in asked.allow_lists:
        allowances += load_allowances(listed, today=today)
    fail_on = frozenset(asked.fail_on or settings.fail_on)
    if fail_on:
        _check_kinds(fail_on)
    most = settings.most_in_sight
    mail = MailRules(settings.own_domains, most) if most is not None else MailRules(settings.own_domains)
    if settings.recognise_names:
        from amends.scan.person_names.recogniser import model_folder

        model_folder()
    conditions = Conditions(
        audience=audience,
        allowances=allowances,
        mail=mail,
        outgoing=asked.outgoing or settings.outgoing,
        known=opened_indexes(asked.known or settings.known, asked.key_files or settings.key_files),
        detectors=tuple(detectors),
        recognise_names=settings.recognise_names,
    )
    return Terms(conditions, settings, fail_on)


def _kinds(samples: Iterable[tuple[str, str]]) -> set[str]:
    return {kind for kind, _ in samples}


def _check_kinds(kinds: frozenset[str]) -> None:
    """Raise `UsageError` ``kind-unknown``: a misspelt kind would let everything pass."""
    from amends.scan.hidden.kinds import hidden_kinds
    from amends.scan.identifiers.rules import load_rules
    from amends.scan.reporting.report import explained_kinds

    rules = load_rules()
    known = (
        explained_kinds()
        | set(hidden_kinds())
        | {rule.kind for rule in rules}
        | {rule.category for rule in rules}
    )
    if unknown := sorted(kinds - known):
        raise UsageError(
            "kind-unknown",
            f"no finding is of the kind {', '.join(unknown)}",
            hint=f"kinds and categories are: {', '.join(sorted(known))}",
            where="--fail-on",
        )
