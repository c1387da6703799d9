"""Duties in law: what each jurisdiction asks, until when, and how sure that is."""

from __future__ import annotations

from itertools import groupby

from amends.jurisdictions.conditions import ANY_ROLE
from amends.jurisdictions.duty_rule import DelayRule, DutyRule, Evidence
from amends.jurisdictions.reading import content_elements
from amends.jurisdictions.rules import load_rules
from scripts.reference.markdown import code, table

TITLE = "Duties"
_EVIDENCE = (
    (
        Evidence.STATUTE_COPY,
        "the text of the statute, or the authority's own page, was read in a stored copy",
    ),
    (Evidence.SECONDARY, "published summaries and tables, which are often wrong"),
    (Evidence.GENERAL_KNOWLEDGE, "general knowledge; nothing was read for it"),
)


def page() -> str:
    """Return the page."""
    rules = load_rules()
    verified = sum(rule.status.value == "verified" for rule in rules)
    parts = [
        f"**{_how_many(verified, len(rules))} An unverified rule never clears a duty: a named person does, with what "
        "was done, a proof and a reason, and the record says that the rule was unverified.** This is no legal advice. "
        "A jurisdiction, a duty or a recipient that is not listed may exist all the same, and being outside every "
        "statute never ends protection.",
        "",
        "Each due time is an instant or “a person must decide”; there is no answer “no duty”. A threshold is asked of "
        "the upper bound of the count. The basis is put in our own words and is not a quotation. How a rule is "
        "written, and what would make it verified: [add a jurisdiction](../how-to/add-a-jurisdiction.md).",
        "",
        table(("evidence", "meaning"), [(code(e.value), meaning) for e, meaning in _EVIDENCE]),
    ]
    for jurisdiction, group in groupby(rules, key=lambda rule: rule.jurisdiction):
        parts += _jurisdiction(jurisdiction, list(group))
    parts += ["## Elements of content", ""]
    parts.append(
        table(("id", "what it is"), [(code(name), text) for name, text in content_elements().items()])
    )
    return "\n".join(parts)


def _how_many(verified: int, rules: int) -> str:
    if not verified:
        return f"None of these {rules} rules is verified."
    return f"Of these {rules} rules {rules - verified} are not verified."


def _jurisdiction(name: str, rules: list[DutyRule]) -> list[str]:
    header = (
        "duty",
        "who is told",
        "binds",
        "from",
        "threshold",
        "period",
        "content",
        "source",
        "evidence",
        "status",
    )
    parts = [f"## `{name}`", "", table(header, [_row(rule) for rule in rules])]
    examples = [
        (
            code(rule.identity.partition("/")[2]),
            example.trigger.isoformat(),
            f"{example.weekday} {example.due.isoformat()}" if example.due else "a person must set the date",
            example.because,
        )
        for rule in rules
        for example in rule.examples
    ]
    return [
        *parts,
        "Worked examples, run as tests:",
        "",
        table(("duty", "trigger", "due", "because"), examples),
    ]


def _row(rule: DutyRule) -> tuple[str, ...]:
    forbidden = f"; must not say: {', '.join(map(code, rule.must_not))}" if rule.must_not else ""
    return (
        f"{code(rule.name)} {rule.title}{_validity(rule)}",
        ", ".join(rule.told),
        ", ".join(map(code, rule.conditions.roles or (ANY_ROLE,))),
        f"{code(rule.trigger.value)}: {rule.trigger_meaning}",
        rule.threshold,
        f"{rule.period_text}{_delay(rule.delay)}",
        ", ".join(map(code, rule.content)) + forbidden,
        f"{rule.citation}: {rule.basis}. {rule.note}".strip(),
        code(rule.evidence.value),
        code(rule.status.value),
    )


def _validity(rule: DutyRule) -> str:
    bounds = ((rule.valid_from, "from"), (rule.valid_until, "until"))
    said = " ".join(f"{word} {day.isoformat()}" for day, word in bounds if day)
    return f" (law {said})" if said else ""


def _delay(delay: DelayRule) -> str:
    if not delay.written and not delay.oral_days:
        return ""
    oral = f", on an oral one at most {delay.oral_days} days" if delay.oral_days else ""
    return f"; law-enforcement delay on a stored written request{oral}"
