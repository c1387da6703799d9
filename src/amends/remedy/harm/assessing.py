"""Out of one set of facts, what each regime says: factors with level and rationale, and the conclusion (R19, R20)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from amends.remedy.harm.facts import LEVELS, Facts, check_facts, gravest, questions
from amends.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that a regime looks at, and the questions whose answers it rests on."""

    name: str
    title: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regime:
    """How one body of law weighs the facts."""

    name: str
    title: str
    citation: str
    status: str
    """``verified`` or ``unverified``."""
    factors: tuple[Factor, ...]
    severity: tuple[str, ...]
    """Factors that say how bad it can get for one person."""
    likelihood: tuple[str, ...]
    """Factors that say how likely that is."""
    table: tuple[tuple[str, ...], ...]
    notify_from: str
    """Level from which people are told."""
    conclusions: dict[str, str]
    applies_to: tuple[str, ...] = ()
    """Kinds of data that bring the regime in; empty: any."""


@dataclass(frozen=True, slots=True)
class FactorFinding:
    """One factor, judged."""

    name: str
    title: str
    level: str
    rationale: str


@dataclass(frozen=True, slots=True)
class RegimeFinding:
    """What one regime says of the facts."""

    regime: str
    title: str
    citation: str
    status: str
    applies: bool
    level: str
    notify: bool
    """Whether people are to be told. Where it says no, two people decide; it never says no by itself."""
    conclusion: str
    factors: tuple[FactorFinding, ...]


@dataclass(frozen=True, slots=True)
class HarmFindings:
    """Every regime's finding, and how bad it can get for one person."""

    severity: str
    findings: tuple[RegimeFinding, ...] = field(default=())

    def of(self, regime: str) -> RegimeFinding:
        """Return one regime's finding. Raises `UsageError` ``regime-unknown``."""
        for finding in self.findings:
            if finding.regime == regime:
                return finding
        raise UsageError(
            "regime-unknown",
            f"there is no regime {regime!r}",
            hint=f"one of: {', '.join(finding.regime for finding in self.findings)}",
            where="--regime",
        )


@cache
def regimes() -> tuple[Regime, ...]:
    """Return the regimes that come with Amends."""
    text = (resources.files("amends.remedy.harm") / "regimes.toml").read_text(encoding="utf-8")
    found = []
    for item in tomllib.loads(text)["regime"]:
        factors = tuple(
            Factor(factor["name"], factor["title"], tuple(factor["questions"])) for factor in item["factor"]
        )
        found.append(
            Regime(
                name=item["name"],
                title=item["title"],
                citation=item["citation"],
                status=item["status"],
                factors=factors,
                severity=tuple(item["severity"]),
                likelihood=tuple(item["likelihood"]),
                table=tuple(tuple(row) for row in item["table"]),
                notify_from=item["notify_from"],
                conclusions=item["conclusions"],
                applies_to=tuple(item.get("applies_to", ())),
            )
        )
    return tuple(found)


def assess(facts: Facts) -> HarmFindings:
    """Return the findings of every regime. The number of people is no argument: it takes no part (R20).

    Raises `UsageError` ``harm-answer-unknown``, `IncompleteError` ``harm-unanswered``.
    """
    check_facts(facts)
    findings = tuple(_finding(regime, facts) for regime in regimes())
    severities = (
        factor.level
        for regime, finding in zip(regimes(), findings, strict=True)
        for factor in finding.factors
        if factor.name in regime.severity
    )
    return HarmFindings(gravest(severities), findings)


def _finding(regime: Regime, facts: Facts) -> RegimeFinding:
    factors = tuple(_factor(factor, facts) for factor in regime.factors)
    levels = {factor.name: factor.level for factor in factors}
    row = gravest(levels[name] for name in regime.severity)
    column = gravest(levels[name] for name in regime.likelihood)
    level = regime.table[LEVELS.index(row)][LEVELS.index(column)]
    return RegimeFinding(
        regime=regime.name,
        title=regime.title,
        citation=regime.citation,
        status=regime.status,
        applies=not regime.applies_to or bool(set(regime.applies_to) & set(facts["data_kinds"])),
        level=level,
        notify=LEVELS.index(level) >= LEVELS.index(regime.notify_from),
        conclusion=regime.conclusions[level],
        factors=factors,
    )


def _factor(factor: Factor, facts: Facts) -> FactorFinding:
    answers = [questions()[name].answers[answer] for name in factor.questions for answer in facts[name]]
    level = gravest(answer.level for answer in answers)
    # The gravest first: a reader sees at once what the level rests on.
    ordered = sorted(answers, key=lambda answer: -LEVELS.index(answer.level))
    return FactorFinding(factor.name, factor.title, level, " ".join(dict.fromkeys(a.says for a in ordered)))
