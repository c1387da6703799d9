"""Why a piece of a file was not read: stable codes and their sentences.

Only a code and a count cross from the child process. The sentences stand here, on the trusting side,
so that no text of a hostile file can speak through an error message.
"""

from __future__ import annotations

from typing import Final

REASONS: Final[dict[str, str]] = {
    "password-protected": "It is encrypted; it can be read only with its password.",
    "corrupt": "It is damaged or is not what it claims to be.",
    "unknown-format": "No reader knows this format.",
    "too-large": "It goes beyond the bounds within which a file is read.",
    "too-deep": "It lies inside too many other files, or its parts inside too many others.",
    "time-limit": "Reading it took longer than the time allowed.",
    "memory-limit": "Reading it took more memory than allowed.",
    "forbidden-markup": "It holds a document type or an entity declaration, which are used for attacks.",
    "not-judged": "{count} pieces were opened, and no rule judges them yet: a person has to look.",
    "reader-missing": "What opens this format is not installed.",
    "reader-failed": "The reader stopped without an answer that can be trusted.",
    "part-not-read": "This part of the file is one that no reader opens yet.",
    "cells-not-read": "{count} cells point at something that is not in the file.",
    "cells-too-long": "{count} cells are longer than the bound and were not read.",
    "text-damaged": "{count} characters could not be decoded.",
    "no-text-layer": "It is a picture without text behind it; reading it needs character recognition.",
    "style-not-read": "{count} style sheets are not part of the file: what they hide cannot be said.",
    "quotes-unbalanced": "A quotation mark is never closed, so rows may have run into one another.",
}
"""Code → sentence; ``{count}`` is filled in. A code that is not listed here is not accepted."""


def reason_for(code: str, count: int) -> str:
    """Return the sentence for a code. Raises ``KeyError`` for a code that is not listed."""
    return REASONS[code].format(count=f"{count:,}")
