"""The harm assessments that are signed: the latest version for each cohort."""

from __future__ import annotations

from collections.abc import Iterator

from amends.casework.assess_harm import AssessedHarm
from amends.ledger.models import HarmAssessment, Incident
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


def _finding(stored: dict[str, object]) -> RegimeFinding:
    factors = stored["factors"]
    assert isinstance(factors, list)
    values = {**stored, "factors": tuple(FactorFinding(**factor) for factor in factors)}
    return RegimeFinding(**values)  # type: ignore[arg-type]
