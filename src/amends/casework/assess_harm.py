"""Sign a harm assessment of one cohort: facts, four findings with their rationale, signers (R19)."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db.models import Max

from amends.casework.acts import Act, check_length, journalled
from amends.casework.harm_facts import persons_of, shown_facts
from amends.casework.permissions import check_may
from amends.casework.policies import check_identified, check_open
from amends.ledger.models import HarmAssessment, HarmSignature, Incident
from amends.remedy.harm.assessing import HarmFindings, assess
from amends.remedy.harm.facts import LEVELS, Facts, check_known, joined
from amends.remedy.plan_on_record import playbook_on_record
from amends.vocabulary.errors import RefusalError
from amends.vocabulary.persons import same_person


@dataclass(frozen=True, slots=True)
class AssessedHarm:
    """One version, with everyone who has signed it."""

    cohort: str
    version: int
    persons: int
    facts: dict[str, tuple[str, ...]]
    findings: HarmFindings
    signers: tuple[str, ...]
    already: bool


def preview_harm(*, incident: Incident, cohort: str, answers: Facts) -> AssessedHarm:
    """Return what would be signed, as version 0, and write nothing."""
    playbook = playbook_on_record(incident)
    facts = joined(shown_facts(incident, playbook, cohort), _known_answers(answers))
    persons = persons_of(incident, playbook, cohort)
    return AssessedHarm(cohort, 0, persons, facts, assess(facts), (), already=False)


def assess_harm(
    *, incident: Incident, cohort: str, answers: Facts, act: Act, second_actor: str = ""
) -> AssessedHarm:
    """Write a version of the assessment and sign it, or sign the version that says the same already.

    What the ledger shows is added to the answers and cannot be answered away. A version that says less harm than the
    one before needs a second person. Raises `UsageError` ``cohort-unknown``, ``harm-answer-unknown``;
    `IncompleteError` ``harm-unanswered``; `RefusalError` ``harm-lowered-by-one``.
    """
    check_may(act, "assess_harm")
    check_open(incident)
    check_identified(incident)
    check_length(act.reason, HarmSignature, "reason", where="--reason")
    with journalled("assess_harm", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        draft = preview_harm(incident=incident, cohort=cohort, answers=answers)
        last = HarmAssessment.objects.filter(incident=incident, cohort=cohort).order_by("-version").first()
        if last and last.facts == _as_stored(draft.facts):
            version, signed = last, _sign(last, act)
        else:
            _check_not_lowered(last, draft, act, second_actor)
            version = _write(incident, draft, act)
            signed = _sign(version, act)
            if second_actor:
                _sign(version, Act(second_actor, act.reason, act.now))
        if signed:
            change.incident = incident.reference
            change.detail = {
                "cohort": cohort,
                "version": version.version,
                "severity": version.severity,
                "levels": {finding.regime: finding.level for finding in draft.findings.findings},
                "persons": version.persons,
                "second_actor": second_actor,
            }
    signers = tuple(version.signatures.values_list("signer", flat=True))
    return AssessedHarm(
        cohort, version.version, version.persons, draft.facts, draft.findings, signers, already=not signed
    )


def _known_answers(answers: Facts) -> Facts:
    """Refuse what is no question before it is lost in the joining."""
    check_known(answers)
    return answers


def _as_stored(facts: Facts) -> dict[str, list[str]]:
    return {name: list(answers) for name, answers in facts.items()}


def _write(incident: Incident, draft: AssessedHarm, act: Act) -> HarmAssessment:
    numbered = HarmAssessment.objects.filter(incident=incident, cohort=draft.cohort)
    return HarmAssessment.objects.create(
        incident=incident,
        cohort=draft.cohort,
        version=(numbered.aggregate(last=Max("version"))["last"] or 0) + 1,
        persons=draft.persons,
        facts=_as_stored(draft.facts),
        findings={finding.regime: asdict(finding) for finding in draft.findings.findings},
        severity=draft.findings.severity,
        assessed_at=act.now,
    )


def _sign(version: HarmAssessment, act: Act) -> bool:
    """Sign, unless this person has; return whether there is a signature more."""
    if any(same_person(signature.signer, act.actor) for signature in version.signatures.all()):
        return False
    HarmSignature.objects.create(assessment=version, signer=act.actor, reason=act.reason, signed_at=act.now)
    return True


def _check_not_lowered(last: HarmAssessment | None, draft: AssessedHarm, act: Act, second_actor: str) -> None:
    if last is None or (second_actor.strip() and not same_person(second_actor, act.actor)):
        return
    before = {name: finding["level"] for name, finding in last.findings.items()}
    lowered = [
        finding.regime
        for finding in draft.findings.findings
        if LEVELS.index(finding.level) < LEVELS.index(before.get(finding.regime, LEVELS[0]))
    ]
    if lowered or LEVELS.index(draft.findings.severity) < LEVELS.index(last.severity):
        raise RefusalError(
            "harm-lowered-by-one",
            f"version {last.version} said more harm than this one: {', '.join(lowered) or 'severity'}",
            hint="a lower level is signed by two people: name --second-actor",
        )
