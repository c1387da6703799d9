"""Decides about one message: what is answered to whoever sends it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from amends.cli.relaying.next_hop import Answer, Envelope, NextHop
from amends.cli.released import Releases
from amends.scan.judging import FAILED, Judge, Judged, not_judged
from amends.scan.nameless_file import nameless_file
from amends.vocabulary.errors import FaultError
from amends.vocabulary.outcomes import ScreeningVerdict

_MOST_LINES: Final = 8
_LONGEST_LINE: Final = 400
"""Characters; a line of a reply has 512 at most (RFC 5321, 4.5.3.1.5)."""
_BARE: Final = re.compile(rb"\r(?!\n)|(?<!\r)\n")
DOWN: Final = Answer(
    451, ("4.3.0 The screening of outgoing mail does not work at present; try again later.",)
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What one message is told, and what may be noted down about it."""

    answer: Answer
    sha256: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Decider:
    """Screens a message, and passes it on if it may go."""

    judge: Judge
    releases: Releases
    next_hop: NextHop

    def decide(self, envelope: Envelope, wanted: Callable[[], bool] = lambda: True) -> Decision:
        """Return what becomes of a message. Whatever goes wrong here, it is not accepted.

        ``wanted``: whether its sender still waits. A message whose sender has given up is not passed on, for it comes
        again.
        """
        sha256 = hashlib.sha256(envelope.content).hexdigest()
        if _BARE.search(envelope.content):
            # Two servers that disagree where a line ends can be made to disagree where a message ends.
            return Decision(
                Answer(554, ("5.6.0 The message holds line breaks that are none in mail.",)), sha256, ""
            )
        try:
            judged = self._judged(envelope)
            released = not judged.passes and self.releases.holds(sha256)
        except (OSError, FaultError):
            return Decision(DOWN, sha256, "")
        if FAILED in judged.skipped or not wanted():
            return Decision(DOWN, sha256, judged.verdict.value)
        if judged.passes or released:
            return Decision(self.next_hop.pass_on(envelope), sha256, judged.verdict.value)
        return Decision(refusal(judged), sha256, judged.verdict.value)

    def _judged(self, envelope: Envelope) -> Judged:
        with nameless_file("message.eml") as (stream, path):
            stream.write(envelope.content)
            stream.flush()
            try:
                return self.judge(path)
            except Exception:
                # Its text may quote the message.
                return not_judged()


def refusal(judged: Judged) -> Answer:
    """Return the refusal of a message that may not go: in plain words, and without a word of the message."""
    if judged.verdict is ScreeningVerdict.FINDINGS:
        first = "5.7.1 This message was not sent: it holds personal data that may not go to its recipients."
    else:
        first = "5.7.1 This message was not sent: not all of it could be looked into."
    last = "Take it out, or write to each recipient alone; two people of your organisation can release it."
    reasons = judged.in_words()[:_MOST_LINES]
    return Answer(550, tuple(_line(text) for text in (first, *reasons, last)))


def _line(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:_LONGEST_LINE]
