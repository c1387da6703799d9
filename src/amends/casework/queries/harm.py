"""The harm assessments that are signed: the latest version for each cohort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from amends.casework.assess_harm import AssessedHarm
from amends.figures.overview import HarmLine
from amends.ledger.models import HarmAssessment, Incident, NotificationDecision
from amends.remedy.harm.assessing import FactorFinding, HarmFindings, RegimeFinding


def signed_assessments(incident: Incident) -> Iterator[AssessedHarm]:
    """Yield the latest version of each cohort, as it was signed: later rules do not rewrite it."""
    latest: dict[str, HarmAssessment] = {}
    for version in HarmAssessment.objects.filter(incident=incident).order_by("cohort", "version"):
        latest[version.cohort] = version
    for cohort, version in latest.items():
        findings = tuple(_finding(stored) for stored in version.findings.values())
        yield AssessedHarm(
            cohort=cohort,
            version=version.version,
            persons=version.persons,
            facts={name: tuple(answers) for name, answers in version.facts.items()},
            findings=HarmFindings(version.severity, findings),
            signers=tuple(version.signatures.values_list("signer", flat=True)),
            already=True,
        )


def harm_lines(incident: Incident) -> Iterator[HarmLine]:
    """Yield what the report says of the signed assessments: one line for each regime that applies."""
    decided = {
        (decision.assessment.cohort, decision.assessment.version, decision.regime): decision.review_on
        for decision in NotificationDecision.objects.filter(incident=incident).select_related("assessment")
    }
    for signed in signed_assessments(incident):
        for finding in signed.findings.findings:
            if finding.applies:
                review_on = decided.get((signed.cohort, signed.version, finding.regime))
                yield HarmLine(
                    cohort=signed.cohort.replace("_", " "),
                    version=signed.version,
                    persons=signed.persons,
                    severity=signed.findings.severity,
                    regime=finding.title,
                    level=finding.level,
                    conclusion=finding.conclusion,
                    rationale=finding.factors[0].rationale,
                    signers=signed.signers,
                    not_notified_until=review_on.isoformat() if review_on else "",
                )


def _finding(stored: dict[str, Any]) -> RegimeFinding:
    factors = tuple(FactorFinding(**factor) for factor in stored["factors"])
    return RegimeFinding(**{**stored, "factors": factors})
