"""Letters on paper: handed over in custody, or posted. Both end here as a printed letter.

Nobody knows from a printer that a letter has arrived. So this channel prepares and does not
deliver; the signature, the refusal or the returned envelope is recorded as a delivery later.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from amends.remedy.channels.interface import Channel, Prepared
from amends.vocabulary.errors import UsageError

_AWAITS: Final = {
    "hand": "an officer hands it over and brings back the signed acknowledgement, or records the refusal",
    "post": "it goes by post in an envelope of its own; the carrier's proof or the return is recorded",
}


class PrintedChannel:
    """Hand and post."""

    methods: frozenset[str] = frozenset(_AWAITS)

    def prepare(self, reference: str, letter: Path, method: str) -> Prepared:
        """Return the printed letter as waiting for its delivery; see `Channel.prepare`."""
        if method not in _AWAITS:
            raise UsageError(
                "channel-unfit",
                "a printed letter cannot go by the method that was asked for",
                hint=f"Printed letters go by {' or '.join(sorted(_AWAITS))}.",
                where=reference,
            )
        if not letter.is_file():
            raise UsageError(
                "letter-missing",
                "the printed letter is not there",
                hint="Render the letters first.",
                where=reference,
            )
        return Prepared(reference, method, "printed_not_delivered", _AWAITS[method])


PLUGIN: Channel = PrintedChannel()
