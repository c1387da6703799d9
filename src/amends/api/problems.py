"""Refusals of the HTTP door as problem+json (RFC 9457)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from amends.vocabulary.errors import AmendsError, IncompleteError, RefusalError, UsageError

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
_STATUS: Final = ((UsageError, 400), (RefusalError, 409), (IncompleteError, 422))


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent back."""

    status: int
    content: dict[str, Any] = field(repr=False)
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @property
    def content_type(self) -> str:
        """Type of the body."""
        return JSON if self.status == 200 else PROBLEM

    def body(self) -> bytes:
        """Return the body as UTF-8."""
        return json.dumps(self.content, ensure_ascii=False).encode()


class ProblemError(Exception):
    """A request that is not answered, and what is said instead."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.content["code"])
        self.reply = reply


def problem(
    status: int, code: str, title: str, detail: str = "", headers: tuple[tuple[bytes, bytes], ...] = ()
) -> ProblemError:
    """Return a refusal. ``code`` is stable, in kebab-case; programs match on it."""
    content = {"type": "about:blank", "title": title, "status": status, "code": code}
    return ProblemError(Reply(status, {**content, "detail": detail} if detail else content, headers))


def problem_of(error: AmendsError) -> ProblemError:
    """Return what is said for an error that Amends raised on purpose."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return problem(status, error.code, error.message, error.hint)
