"""What the gate said, as far as it can be believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

HOLD: Final = "hold"
CLEAR: Final = "clear"
LONGEST_CLOCK_DIFFERENCE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. Everything that is not beyond doubt ``clear`` is ``hold``. Holds no identifier."""

    answer: str
    """``hold`` or ``clear``."""
    reason: str
    """The gate's code, or the client's own: ``gate_unreachable``, ``gate_timeout``, ``gate_error``,
    ``answer_unreadable``, ``answer_incomplete``, ``answer_expired``, ``clocks_differ``, ``receipt_wrong``."""
    hold: str | None = None
    """Reference of the hold, ``H-000123``."""
    answer_id: str = ""
    expires_at: datetime | None = None
    authorises: bool = False
    """False for keys of kind ``team`` and ``test``: their answers are to be looked at, not acted on."""

    def permits(self, now: datetime) -> bool:
        """Return whether the action may be taken at ``now``."""
        in_time = self.expires_at is not None and now < self.expires_at
        return self.answer == CLEAR and self.authorises and in_time


class Held(Exception):  # noqa: N818 - it is no error: somebody is protected
    """The action may not be taken."""

    def __init__(self, answer: Answer) -> None:
        reference = f" ({answer.hold})" if answer.hold else ""
        super().__init__(f"held: {answer.reason}{reference}")
        self.answer = answer


class DoubtError(Exception):
    """An answer cannot be believed; carries the client's reason."""


def read_frame(content: Any, *, now: datetime) -> tuple[str, datetime, bool]:
    """Return answer id, expiry and whether it authorises, of an answer or of a list's. Raises `DoubtError`."""
    try:
        at, expires = (datetime.fromisoformat(content[name]) for name in ("at", "expires_at"))
        answer_id, authorises, recorded = content["answer_id"], content["authorises"], content["recorded"]
        receipt = content["receipt"]
        complete = all(
            isinstance(receipt[name], str) and receipt[name] for name in ("key_id", "mac", "system")
        )
    except (KeyError, TypeError, ValueError):
        raise DoubtError("answer_incomplete") from None
    if not (complete and isinstance(answer_id, str) and answer_id and recorded is True):
        raise DoubtError("answer_incomplete")
    if at.tzinfo is None or expires.tzinfo is None:
        raise DoubtError("answer_incomplete")
    if abs((now - at).total_seconds()) > LONGEST_CLOCK_DIFFERENCE_SECONDS:
        raise DoubtError("clocks_differ")
    return answer_id, expires, authorises is True


def read_answer(content: Any, *, action: str, now: datetime) -> Answer:
    """Return the answer about one identifier. Raises `DoubtError` for one that cannot be believed."""
    if not isinstance(content, dict):
        raise DoubtError("answer_unreadable")
    if content.get("answer") != CLEAR:
        return held_as(content)
    answer_id, expires, authorises = read_frame(content, now=now)
    if (
        content.get("action") != action
        or content.get("reason") != "not_held"
        or content.get("hold") is not None
    ):
        raise DoubtError("answer_incomplete")
    if authorises and now >= expires:
        raise DoubtError("answer_expired")
    return Answer(CLEAR, "not_held", None, answer_id, expires, authorises)


def held_as(content: dict[str, Any]) -> Answer:
    """Return a hold with whatever it says of itself; a hold is believed without proof."""
    texts = {name: content.get(name) for name in ("reason", "hold", "answer_id")}
    reason, hold, answer_id = (text if isinstance(text, str) else None for text in texts.values())
    return Answer(HOLD, reason or "answer_unreadable", hold, answer_id or "")
