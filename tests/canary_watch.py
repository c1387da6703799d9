"""Fails every test that lets a synthetic person reach a log line, standard error or an error message.

Every synthetic person of the drill carries a mark (`amends.drill.canary`). This plug-in reads, after
each test, what was logged at any level and what was written to standard error, and it reads every
`AmendsError` at the moment it is made, even one that the test expects and catches.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

import pytest

from amends.drill.canary import CANARY
from amends.vocabulary.errors import AmendsError

_WATCHED_SECTIONS = ("Captured log", "Captured stderr")
_make_error = AmendsError.__init__
_seen_in_errors: list[str] = []


def lines_with_canary(text: str) -> list[str]:
    """Return the lines that hold the mark, in any case."""
    return [line for line in text.splitlines() if CANARY.casefold() in line.casefold()]


def leaks_in_sections(sections: Iterable[tuple[str, str]]) -> list[str]:
    """Return one description for every watched line that holds the mark."""
    return [
        f"{title}: {line}"
        for title, text in sections
        if title.startswith(_WATCHED_SECTIONS)
        for line in lines_with_canary(text)
    ]


def _make_watched_error(self: AmendsError, code: str, message: str, *, hint: str, where: str = "") -> None:
    _make_error(self, code, message, hint=hint, where=where)
    for part in (code, message, hint, where):
        _seen_in_errors.extend(f"{type(self).__name__}: {line}" for line in lines_with_canary(str(part)))


def pytest_configure() -> None:
    """Read every error of Amends as it is made."""
    AmendsError.__init__ = _make_watched_error  # type: ignore[method-assign]


def pytest_unconfigure() -> None:
    """Put the constructor of errors back."""
    AmendsError.__init__ = _make_error  # type: ignore[method-assign]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test that leaked into a failed one, once all of its output is known."""
    report = yield
    if report.when != "teardown":
        return report
    leaks = [*leaks_in_sections(report.sections), *_seen_in_errors]
    _seen_in_errors.clear()
    if leaks:
        report.outcome = "failed"
        report.longrepr = "personal data reached a log, standard error or an error message:\n" + "\n".join(
            leaks
        )
    return report
