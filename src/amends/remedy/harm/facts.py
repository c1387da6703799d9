"""The questions of the harm assessment and the levels of their answers (R19)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from amends.vocabulary.errors import IncompleteError, UsageError

LEVELS: Final = ("low", "moderate", "high", "severe")
"""From the least to the gravest."""
TOP: Final = LEVELS[-1]

Facts = Mapping[str, tuple[str, ...]]
"""Question → answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question."""

    name: str
    level: str
    says: str
    """In a sentence, for the rationale."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question about a cohort, with every answer that it can have."""

    name: str
    title: str
    answers: dict[str, Answer]


def graver(one: str, other: str) -> str:
    """Return the graver of two levels."""
    return one if LEVELS.index(one) >= LEVELS.index(other) else other


def gravest(levels: Iterable[str]) -> str:
    """Return the gravest of the levels; the least where there are none."""
    found = LEVELS[0]
    for level in levels:
        found = graver(found, level)
    return found


@cache
def _content() -> tuple[dict[str, Question], dict[str, dict[str, str]]]:
    text = (resources.files("amends.remedy.harm") / "questions.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    asked = {
        item["name"]: Question(
            item["name"], item["title"], {answer["name"]: Answer(**answer) for answer in item["answer"]}
        )
        for item in content["question"]
    }
    return asked, content["kinds"]


def questions() -> dict[str, Question]:
    """Return name → question, in the order in which they are asked."""
    return _content()[0]


def facts_of_kinds(kinds: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what the kinds of exposed data answer by themselves; a kind that nobody classified is "unknown"."""
    found: dict[str, dict[str, None]] = {}
    for kind in kinds:
        for question, answer in _content()[1].get(kind, {"data_kinds": "unknown"}).items():
            found.setdefault(question, {})[answer] = None
    return {question: tuple(answers) for question, answers in found.items()}


def joined(*parts: Facts) -> dict[str, tuple[str, ...]]:
    """Return all answers together, in the order of the questions: what the ledger shows and what people say."""
    return {
        name: tuple(
            answer for answer in question.answers if any(answer in part.get(name, ()) for part in parts)
        )
        for name, question in questions().items()
    }


def check_known(facts: Facts) -> None:
    """Raise `UsageError` ``harm-answer-unknown`` for a question or an answer that does not exist."""
    for name, answers in facts.items():
        question = questions().get(name)
        if question is None:
            raise _unknown(f"there is no question {name!r}", name, questions())
        for answer in answers:
            if answer not in question.answers:
                raise _unknown(f"{name!r} has no answer {answer!r}", name, question.answers)


def check_facts(facts: Facts) -> None:
    """Raise what `check_known` raises, and `IncompleteError` ``harm-unanswered`` where a question has no answer: a gap
    would read like "no harm"."""
    check_known(facts)
    open_questions = [name for name in questions() if not facts.get(name)]
    if open_questions:
        raise IncompleteError(
            "harm-unanswered",
            f"not answered: {', '.join(open_questions)}",
            hint="answer each; where nobody knows, say unknown, which is an answer",
            where=open_questions[0],
        )


def _unknown(what: str, where: str, known: Iterable[str]) -> UsageError:
    return UsageError("harm-answer-unknown", what, hint=f"one of: {', '.join(known)}", where=where)
