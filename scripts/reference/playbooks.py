"""The playbooks as tables: who belongs to a cohort, what a cohort is owed, by when and on what authority."""

from __future__ import annotations

from amends.remedy.playbook import Entitlement, Playbook, Predicate, load_playbook, playbook_names
from scripts.reference.markdown import code, table

TITLE = "Playbooks"


def page() -> str:
    """Return the page."""
    parts = [
        "A playbook is a versioned table from cohort to entitlements. A plan in which anybody is owed nothing is "
        "refused. Authorities are descriptions for counsel to check, not verified citations.",
        "",
    ]
    for name in playbook_names():
        parts += _playbook(load_playbook(name))
    return "\n".join(parts)


def _playbook(playbook: Playbook) -> list[str]:
    hold, clawback = playbook.population_hold, playbook.clawback
    hold_rows = [
        ("bars", ", ".join(map(code, hold.barred_actions))),
        ("owner", hold.owner),
        ("authority", hold.authority),
        ("earliest end", hold.earliest_end),
        ("end condition", hold.end_condition),
        ("waiting days", str(hold.waiting_days)),
    ]
    clawback_rows = [
        ("recipients", ", ".join(map(code, clawback.classes))),
        ("due", str(clawback.due)),
        ("owner", clawback.owner),
        ("authority", clawback.authority),
    ]
    return [
        f"## `{playbook.name}`, version {playbook.version}: {playbook.title}",
        "",
        f"Jurisdictions: {', '.join(map(code, playbook.jurisdictions)) or 'none'}.",
        "",
        "### The hold for every row, before anyone is categorised",
        "",
        table(("", ""), hold_rows),
        "### Cohorts",
        "",
        table(
            ("cohort", "who", "condition"),
            [(code(c.name), c.title, _condition(c.predicate) or "everyone") for c in playbook.cohorts],
        ),
        "### Entitlements",
        "",
        table(
            ("cohort", "entitlement", "kind", "due", "owner", "authority", "what the notice says"),
            [_entitlement(entitlement) for entitlement in playbook.entitlements],
        ),
        "### Public commitments",
        "",
        table(
            ("commitment", "to cohort", "bars", "checked by", "since", "as published"),
            [
                (
                    code(promise.name),
                    code(promise.cohort),
                    code(promise.barred_action),
                    code(promise.rule),
                    promise.since,
                    promise.sentences["en"],
                )
                for promise in playbook.commitments
            ],
        ),
        "### What recipients are asked",
        "",
        table(("", ""), clawback_rows),
    ]


def _condition(predicate: Predicate) -> str:
    parts = [f"`{name}` is {' or '.join(map(code, values))}" for name, values in predicate.values.items()]
    parts += [_condition(inner) for inner in predicate.all_of]
    if predicate.any_of:
        parts.append("(" + " or ".join(_condition(inner) for inner in predicate.any_of) + ")")
    parts += [f"not ({_condition(inner)})" for inner in predicate.none_of]
    return " and ".join(parts)


def _entitlement(entitlement: Entitlement) -> tuple[str, ...]:
    aim = entitlement.addressee and f" to {entitlement.addressee}"
    bar = entitlement.barred_action and f", bars {code(entitlement.barred_action)}"
    looked_at = entitlement.review and f" of {code(entitlement.review)}"
    twice = ", looked at twice" if entitlement.second_look else ""
    return (
        code(entitlement.cohort),
        code(entitlement.name),
        f"{code(entitlement.kind)}{looked_at}{aim}{bar}{twice}",
        str(entitlement.due),
        entitlement.owner,
        entitlement.authority,
        entitlement.sentences.get("en", ""),
    )
