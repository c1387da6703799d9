"""Which ways of reaching a person are safe, and what an attempt can come to (R28, R32)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from amends.vocabulary.errors import UsageError

NO_LETTER: Final = "none"
"""Safe-contact mark: nothing is sent to this person."""
_BETWEEN_CHANNELS: Final = re.compile(r"[\s,;|/]+")


@dataclass(frozen=True, slots=True)
class Method:
    """One way of looking for somebody or of speaking to them."""

    name: str
    purposes: tuple[str, ...]
    channel: str = ""
    """Word of the safe-contact mark that allows it; empty for a way through somebody whom the person trusts."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt came to."""

    name: str
    purpose: str
    step: str = ""
    """Step of the workflow ``return`` that it takes; empty where the search goes on."""


def channels_of(mark: str) -> frozenset[str]:
    """Return the words of a safe-contact mark, in lower case, whatever the registry puts between them."""
    return frozenset(_BETWEEN_CHANNELS.split(mark.casefold())) - {""}


def allows(mark: str, channel: str) -> bool:
    """Return whether a mark allows a channel. No mark allows every one; a mark that nobody understands, none."""
    words = channels_of(mark)
    return NO_LETTER not in words and (not words or channel in words)


def is_safe(mark: str, method: Method) -> bool:
    """Return whether a person with this mark may be spoken to in this way."""
    return not method.channel or allows(mark, method.channel)


@cache
def _tables() -> tuple[dict[str, Method], dict[str, Result]]:
    text = (resources.files("amends.remedy") / "contact.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    methods = [Method(**{**item, "purposes": tuple(item["purposes"])}) for item in content["method"]]
    results = [Result(**item) for item in content["result"]]
    return {method.name: method for method in methods}, {result.name: result for result in results}


def methods() -> dict[str, Method]:
    """Return name → method."""
    return _tables()[0]


def results() -> dict[str, Result]:
    """Return name → result."""
    return _tables()[1]


def attempt(method: str, result: str) -> tuple[Method, Result]:
    """Return method and result of an attempt. Raises `UsageError` ``attempt-unknown`` where they do not fit."""
    known_method, known_result = methods().get(method), results().get(result)
    if known_result is None:
        raise _unknown("--result", results())
    if known_method is None or known_result.purpose not in known_method.purposes:
        fitting = {name: way for name, way in methods().items() if known_result.purpose in way.purposes}
        raise _unknown("--method", fitting)
    return known_method, known_result


def _unknown(option: str, known: dict[str, Method] | dict[str, Result]) -> UsageError:
    return UsageError(
        "attempt-unknown",
        f"{option} is not one that fits",
        hint=f"one of: {', '.join(known)}",
        where=option,
    )
