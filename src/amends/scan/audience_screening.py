"""Screens a file for one audience: what may go there, what somebody has answered for, and what stops it.

The screening says what is in the file. Here two kinds of findings come on top that only make sense for somebody
who is to receive it (recipients who see one another, wording that implies membership), and those of further
detectors, such as the overlap with an incident's register. Every finding is then weighed: it stops the file, the
audience may have it, or an allowance covers it. Nothing of this touches what could not be opened or judged.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from amends.scan.allowing import Allowance, first_covering
from amends.scan.audiences.loading import PUBLIC, Audience, audience_named
from amends.scan.audiences.weighing import kinds_in, objection
from amends.scan.implied_membership.detecting import implied_membership
from amends.scan.limits import DEFAULT_LIMITS, Limits
from amends.scan.mail_recipients import MailRules, recipients_in_sight, shows_recipients
from amends.scan.opening import open_file
from amends.scan.screening import Finding, Screening, screen_opened
from amends.scan.tables import OpenedFile
from amends.vocabulary.outcomes import ScreeningVerdict, Skipped
from amends.vocabulary.provenance import Provenance

if TYPE_CHECKING:
    from amends.scan.known.index import CurrentIndex

Detector = Callable[[OpenedFile], Iterable[Finding | Skipped]]
"""A further question to an opened file; answers with findings, and with what it could not tell."""

_MAIL_FORMATS: Final = frozenset({"eml", "msg"})
_OF_EVERY_MESSAGE: Final = frozenset({"blind-copy", "attachment", "other-version-of-body"})
"""Ways of hiding that sending undoes (Bcc is taken out, attachments are shown) and publishing does not."""
_CHUNK: Final = 1 << 20
CHANGED: Final = "changed-meanwhile"


@dataclass(frozen=True, slots=True)
class Conditions:
    """For whom a file is meant, and what it is held against."""

    audience: Audience = field(default_factory=lambda: audience_named(PUBLIC))
    allowances: tuple[Allowance, ...] = ()
    mail: MailRules = MailRules()
    outgoing: bool = False
    """Whether a message is about to be sent, not published: then Bcc and attachments are as they should be."""
    known: tuple[CurrentIndex, ...] = ()
    """Indexes of known people."""
    detectors: tuple[Detector, ...] = ()
    recognise_names: bool = False
    """Whether the neural network of the extra ``ner`` is asked about names that no list knows."""


class Standing(StrEnum):
    """What becomes of a finding."""

    STOPS = "stops"
    PERMITTED = "permitted"
    """The audience may have it."""
    ALLOWED = "allowed"
    """Somebody has answered for it."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding, and what becomes of it."""

    finding: Finding
    standing: Standing
    because: str
    """Why, in a sentence."""
    allowance: Allowance | None = None


@dataclass(frozen=True, slots=True)
class AudienceScreening:
    """The answer to "may this file go to this audience"."""

    path: str
    """As it was given or found."""
    sha256: str
    """Of the content that was screened; empty where it could not be read to its end."""
    size: int
    verdict: ScreeningVerdict
    weighed: tuple[Weighed, ...]
    skipped: tuple[Skipped, ...]
    format: str = ""

    @property
    def screening(self) -> Screening:
        """What stops the file, in the form of a plain screening."""
        stops = tuple(one.finding for one in self.weighed if one.standing is Standing.STOPS)
        return Screening(self.verdict, stops, self.skipped)


def screen_for(
    path: Path, conditions: Conditions, *, shown: str = "", limits: Limits = DEFAULT_LIMITS
) -> AudienceScreening:
    """Open a file and say whether it may go to the audience of the conditions.

    ``shown`` is the path that allowances and reports know it by, where that is another one. A file that changes while
    it is screened is incomplete: nobody knows which of the two was looked at. Raises what `open_file` raises.
    """
    sha256, size, before = _digest(path)
    opened = open_file(path, limits=limits)
    answer = screen_opened_for(opened, conditions, shown=shown or path.as_posix(), sha256=sha256)
    skipped = answer.skipped
    if before is None or _state(path) != before:
        reason = "It changed, or went away, while it was screened."
        skipped += (Skipped(Provenance.of(path.name), CHANGED, reason),)
    return AudienceScreening(
        answer.path,
        sha256,
        size,
        _verdict(answer.weighed, skipped),
        answer.weighed,
        skipped,
        opened.formats[0].format if opened.formats else "",
    )


def screen_opened_for(
    opened: OpenedFile, conditions: Conditions, *, shown: str, sha256: str = ""
) -> AudienceScreening:
    """Say of a file that has been opened already whether it may go to the audience."""
    findings, skipped = _everything(opened, conditions)
    message = bool(opened.formats) and opened.formats[0].format in _MAIL_FORMATS and conditions.outgoing
    weighed = tuple(_weighed(finding, conditions, shown, sha256, message) for finding in findings)
    return AudienceScreening(shown, sha256, 0, _verdict(weighed, skipped), weighed, skipped)


def _everything(
    opened: OpenedFile, conditions: Conditions
) -> tuple[tuple[Finding, ...], tuple[Skipped, ...]]:
    base = screen_opened(opened, conditions.known, recognise_names=conditions.recognise_names)
    findings = list(base.findings)
    skipped = list(base.skipped)
    for detector in conditions.detectors:
        for found in detector(opened):
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                findings.append(found)
    lists = any(finding.people > 1 for finding in findings) or shows_recipients(opened, conditions.mail)
    findings += implied_membership(opened, lists_people=lists)
    personal = any(_personal(finding) for finding in findings)
    findings += recipients_in_sight(opened, conditions.mail, personal=personal)
    return tuple(findings), tuple(skipped)


def _personal(finding: Finding) -> bool:
    personal = bool(kinds_in(finding) or finding.people or finding.context)
    return personal and not _of_its_headers(finding)


def _of_its_headers(finding: Finding) -> bool:
    """Say whether it is no more than an address in a header: every message has those, and they are judged together."""
    return finding.provenance.steps[-1].startswith("header ") and set(kinds_in(finding)) == {"email"}


def _weighed(finding: Finding, conditions: Conditions, shown: str, sha256: str, message: bool) -> Weighed:
    # The table of an attachment is a sheet that is hidden by being attached.
    how = finding.hidden if finding.kind == "hidden-sheet" else finding.kind
    if message and (how in _OF_EVERY_MESSAGE or _of_its_headers(finding)):
        return Weighed(
            finding, Standing.PERMITTED, "The message is about to be sent, and not to be published."
        )
    against = objection(finding, conditions.audience)
    if not against:
        because = f"The audience '{conditions.audience.name}' may have it."
        return Weighed(finding, Standing.PERMITTED, because)
    entry = first_covering(conditions.allowances, finding, shown, sha256)
    if entry is not None:
        because = f"{entry.owner} answers for it until {entry.expires.isoformat()}: {entry.reason}"
        return Weighed(finding, Standing.ALLOWED, because, entry)
    return Weighed(finding, Standing.STOPS, against)


def _verdict(weighed: Iterable[Weighed], skipped: Iterable[Skipped]) -> ScreeningVerdict:
    if any(one.standing is Standing.STOPS for one in weighed):
        return ScreeningVerdict.FINDINGS
    return ScreeningVerdict.INCOMPLETE if any(True for _ in skipped) else ScreeningVerdict.CLEAR


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _digest(path: Path) -> tuple[str, int, tuple[int, int, int] | None]:
    """Return the hash and the size of a regular file and its state; what cannot be read is left to the opening."""
    before = _state(path)
    if before is None or not path.is_file():
        return "", 0, before
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in _chunks(path):
            digest.update(chunk)
            size += len(chunk)
    except OSError:
        return "", 0, None
    return digest.hexdigest(), size, before


def _chunks(path: Path) -> Iterator[bytes]:
    # A named pipe put in the file's place must not hold us for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
