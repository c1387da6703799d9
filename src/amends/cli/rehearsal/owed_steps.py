"""R18 to R23 and R28: who was harmed, how grave it is, what is owed to everybody, and the way back."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from amends.casework.advance_remedy import Shown, advance_remedy
from amends.casework.assess_harm import AssessedHarm, assess_harm
from amends.casework.close_incident import what_is_open
from amends.casework.decide_not_to_notify import NotNotified, decide_not_to_notify
from amends.casework.find_harmed import find_harmed
from amends.casework.queries.coverage import incident_coverage
from amends.casework.queries.drill_observation import observe
from amends.casework.queries.evidence import entries_about, remedies_of
from amends.casework.queries.overview import incident_overview
from amends.casework.queries.plan_preview import preview_plan
from amends.casework.queries.returns import rechecks, return_lines
from amends.casework.record_attempt import record_attempt
from amends.cli.rehearsal.harmless import mild_incident
from amends.cli.rehearsal.walking import ACTOR, SECOND, Findings, Walk
from amends.remedy.harm.facts import TOP, questions

_MILD = {
    "context": ("ordinary",),
    "misuse": ("none_seen",),
    "intent": ("mistake",),
    "recipients": ("known",),
    "mitigation": ("destruction_proven",),
    "population": ("general",),
}


def harmed(walk: Walk, found: Findings) -> None:
    """R18: the list of people removed between exposure and hold is that of the truth, nobody more or less."""
    listed = find_harmed(incident=walk.incident, asked_for=True, act=walk.act("who is brought back"))
    phases = listed.by_phase()
    seen, true = observe(walk.incident).harmed, walk.cast.harmed
    found.check(seen == true, f"{len(seen & true)} of {len(true)} found, {len(seen - true)} too many")
    early = phases["before_discovery"] + phases["before_hold"]
    found.check(
        early == len(listed.people) == len(true),
        f"{len(listed.people)} listed, {phases['before_discovery']} of "
        f"them before the discovery, {phases['after_hold']} after the hold",
    )
    found.check(listed.without_return == 0, f"{listed.without_return} of them without help to return")


def harm(walk: Walk, found: Findings) -> None:
    """R19, R20: a written assessment by cohort, signed; the gravest level is reached by the smallest cohort too."""
    cohorts = [(name, count) for name, _, count in incident_coverage(walk.incident).cohorts if count]
    smallest = min(cohorts, key=lambda item: item[1])[0]
    signed: list[AssessedHarm] = []
    for name, answers in ((smallest, {**_MILD, "population": ("risk_to_life",)}), ("everyone", _MILD)):
        act = walk.act("answered by the office")
        signed.append(assess_harm(incident=walk.incident, cohort=name, answers=answers, act=act))
    few, all_of_them = signed
    found.check(
        few.findings.severity == TOP,
        f"{few.persons} people ({few.cohort}) at risk of life: {few.findings.severity}",
    )
    found.check(
        few.persons < all_of_them.persons,
        f"{all_of_them.persons:,} people (everyone): {all_of_them.findings.severity}",
    )
    found.check(
        set(all_of_them.facts) == set(questions()), f"{len(questions())} questions answered, none left out"
    )
    found.check(
        "detained" in all_of_them.facts["population"], "what the ledger shows was added to mild answers"
    )
    walk.kept["harm"] = all_of_them


def not_to_notify(walk: Walk, found: Findings) -> None:
    """R22: refused where people are to be told; where it may be taken, signed by two, and it takes no hold away."""
    signed: AssessedHarm = walk.kept["harm"]
    before = _counts(walk)
    day = (walk.now + timedelta(days=90)).date()
    asked = [
        NotNotified(signed.cohort, item.regime, signed.version, day) for item in signed.findings.findings
    ]
    decide = partial(decide_not_to_notify, incident=walk.incident, second_signer=SECOND)
    for item in asked:
        act = walk.act("to spare ourselves the letters")
        found.refuses(partial(decide, asked=item, act=act), "harm-too-high", f"refused under {item.regime}")
    found.check(
        _counts(walk) == before, f"all {before['hold']:,} holds and {before['notice']:,} notices stand"
    )


def decided_not_to_notify(walk: Walk, found: Findings) -> None:
    """R22: where it may be taken the decision has two signers and a day of review, and takes no hold from anybody."""
    mild = mild_incident(walk)
    rows = remedies_of(mild, None)
    answered = walk.act("answered by the office")
    signed = assess_harm(incident=mild, cohort="everyone", answers=_MILD, act=answered)
    asked = NotNotified(signed.cohort, "gdpr", signed.version, (walk.now + timedelta(days=90)).date())
    before = sorted(rows.values_list("pk", "kind", "state"))
    decide = partial(decide_not_to_notify, incident=mild, asked=asked)
    alone = partial(decide, second_signer=ACTOR.upper(), act=walk.act("nobody asked for the page"))
    found.refuses(alone, "second-signer-missing", "one person alone may not decide")
    decided = decide(second_signer=SECOND, act=walk.act("nobody asked for the page"))
    found.check(
        not decided.already, f"recorded for {signed.persons} people ({signed.findings.severity}) by two"
    )
    last = [entry for entry in entries_about(mild, None) if entry.verb == "decide_not_to_notify"]
    signers = {last[-1].actor, last[-1].detail["second_signer"]} if last else set()
    found.check(signers == {ACTOR, SECOND}, f"looked at again on {decided.review_on}")
    after = sorted(rows.values_list("pk", "kind", "state"))
    holds = sum(kind == "hold" and state == "in_force" for _, kind, state in after)
    found.check(before == after and holds > 0, f"all {holds} holds and every other measure stand as before")


def covered(walk: Walk, found: Findings) -> None:
    """R23: nobody's set is empty, and looking at the plan changes nothing."""
    report = incident_coverage(walk.incident)
    found.check(
        report.coverage.complete and report.in_none == 0,
        f"{report.coverage.persons:,} people in {len(report.cohorts)} cohorts, {report.in_none} in none, coverage "
        f"{'100 %' if report.coverage.complete else 'incomplete'}",
    )
    before = (_counts(walk), len(entries_about(walk.incident, None)))
    preview = preview_plan(walk.incident)
    after = (_counts(walk), len(entries_about(walk.incident, None)))
    found.check(before == after, f"a dry run of {preview.playbook} wrote nothing")
    found.check(preview.changes == 0, f"and would change {preview.changes} measures")


def certificate(walk: Walk, found: Findings) -> None:
    """R21: who read it is not known, so that everybody is owed a certificate that the worst is to be assumed."""
    exposure = incident_overview(walk.incident).exposure
    found.check(
        exposure is not None and exposure.adverse_assumption,
        "it must be assumed that the feared reader has it",
    )
    certificates = remedies_of(walk.incident, None).filter(addressee="certificate").exclude(state="withdrawn")
    people = incident_coverage(walk.incident).coverage.persons
    owed = certificates.values("person").distinct().count()
    written = certificates.filter(state="prepared").count()
    found.check(
        owed == people, f"{owed:,} of {people:,} people are owed the certificate, {written:,} written"
    )


def returned(walk: Walk, found: Findings) -> None:
    """R28: one of those removed is traced, spoken to safely, and comes back; one falls silent and is not forgotten."""
    lines = [line for line in return_lines(walk.incident) if line.state == "to_trace"]
    found.check(len(lines) >= 2, f"{len(lines)} people are owed the way back")
    home, silent = (int(line.reference.rpartition("-")[2]) for line in lines[:2])
    for key in (home, silent):
        for method, result, proof in (
            ("registry", "not_found", ""),
            ("consulate", "found", ""),
            ("organisation", "reached", "note of the call"),
        ):
            record_attempt(
                incident=walk.incident,
                remedy=key,
                method=method,
                result=result,
                proof=proof,
                act=walk.act("search"),
            )
    _step(walk, home, "offer")
    _step(walk, home, "accept")
    _step(walk, home, "arrange", Shown(proof="travel document"))
    _step(walk, home, "complete", Shown(proof="arrival record"))
    day = (walk.now + timedelta(days=30)).date()
    _step(walk, silent, "fall_silent", Shown(recheck_on=day))
    after = {line.reference: line for line in return_lines(walk.incident)}
    first, second = (after[line.reference] for line in lines[:2])
    found.check(
        first.state == "returned",
        f"one: {first.traces} searches, {first.contacts} conversations, {first.state}",
    )
    looked_at = any(
        item.reference == second.reference for item in rechecks(walk.incident, today=walk.now.date())
    )
    found.check(
        second.state == "silent" and looked_at, f"one: {second.state}, looked at again on {second.recheck_on}"
    )
    found.check(
        what_is_open(walk.incident).get("returns", 0) >= len(lines) - 1, "and keeps the incident open"
    )


def _step(walk: Walk, key: int, step: str, shown: Shown | None = None) -> None:
    act = walk.act("the way back", by=ACTOR)
    advance_remedy(incident=walk.incident, remedies=[key], step=step, act=act, shown=shown)


def _counts(walk: Walk) -> dict[str, int]:
    owed = remedies_of(walk.incident, None).exclude(state__in=("lifted", "withdrawn"))
    return {
        kind: owed.filter(kind=kind).count() for kind in ("hold", "notice", "review", "return", "clawback")
    }
