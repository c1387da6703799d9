"""Record a decision not to notify, with the rigour of a notification (R22). It takes no protection from anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from amends.casework.acts import Act, check_length, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.ledger.models import HarmAssessment, Incident, NotificationDecision
from amends.remedy.harm.facts import TOP
from amends.vocabulary.errors import RefusalError, UsageError
from amends.vocabulary.persons import same_person


@dataclass(frozen=True, slots=True)
class DecidedNotToNotify:
    """The decision as it stands."""

    cohort: str
    regime: str
    version: int
    review_on: date
    already: bool


@dataclass(frozen=True, slots=True)
class NotNotified:
    """What is to be decided: whom it concerns, under which regime, on which version, and when it is looked at again."""

    cohort: str
    regime: str
    version: int
    review_on: date


def decide_not_to_notify(
    *, incident: Incident, asked: NotNotified, second_signer: str, act: Act
) -> DecidedNotToNotify:
    """Record that under one regime one cohort need not be notified; ``act.reason`` is the rationale.

    It writes this record and nothing else: no hold, no notice and no review is touched, so that nobody loses
    protection or a letter by it. Raises `UsageError` ``assessment-missing``, ``regime-unknown``,
    ``review-date-invalid``; `RefusalError` ``assessment-outdated``, ``second-signer-missing`` and ``harm-too-high``
    where the assessment says that people are told.
    """
    check_may(act, "decide_not_to_notify")
    check_open(incident)
    check_length(act.reason, NotificationDecision, "rationale", where="--reason")
    check_length(second_signer, NotificationDecision, "second_signer", where="--second-actor")
    with journalled("decide_not_to_notify", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        assessment = _assessment(incident, asked)
        stands = NotificationDecision.objects.filter(assessment=assessment, regime=asked.regime).first()
        if stands:
            return DecidedNotToNotify(
                asked.cohort, asked.regime, asked.version, stands.review_on, already=True
            )
        _check(assessment, asked, second_signer, act)
        NotificationDecision.objects.create(
            incident=incident,
            assessment=assessment,
            regime=asked.regime,
            rationale=act.reason,
            first_signer=act.actor,
            second_signer=second_signer,
            decided_at=act.now,
            review_on=asked.review_on,
        )
        change.incident = incident.reference
        change.detail = {
            "cohort": asked.cohort,
            "regime": asked.regime,
            "version": asked.version,
            "second_signer": second_signer,
            "review_on": asked.review_on.isoformat(),
        }
    return DecidedNotToNotify(asked.cohort, asked.regime, asked.version, asked.review_on, already=False)


def _assessment(incident: Incident, asked: NotNotified) -> HarmAssessment:
    found = HarmAssessment.objects.filter(
        incident=incident, cohort=asked.cohort, version=asked.version
    ).first()
    if found is None:
        raise UsageError(
            "assessment-missing",
            f"cohort {asked.cohort!r} has no signed assessment of version {asked.version}",
            hint="sign one first: `amends harm ... --answers FILE.toml --sign`",
        )
    return found


def _check(assessment: HarmAssessment, asked: NotNotified, second_signer: str, act: Act) -> None:
    newer = HarmAssessment.objects.filter(
        incident=assessment.incident, cohort=asked.cohort, version__gt=asked.version
    )
    if newer.exists():
        raise RefusalError(
            "assessment-outdated",
            f"version {asked.version} has been replaced by a later one",
            hint="decide on the latest version",
        )
    finding = assessment.findings.get(asked.regime)
    if finding is None:
        raise UsageError(
            "regime-unknown",
            f"there is no regime {asked.regime!r}",
            hint=f"one of: {', '.join(assessment.findings)}",
            where="--regime",
        )
    if assessment.severity == TOP or finding["notify"]:
        raise RefusalError(
            "harm-too-high",
            f"the assessment says {finding['level']}: {finding['conclusion']}",
            hint="people are told; new facts go into a new version of the assessment",
        )
    if not second_signer.strip() or same_person(second_signer, act.actor):
        raise RefusalError(
            "second-signer-missing",
            "a decision not to notify has two signers",
            hint="name --second-actor, another person",
        )
    if asked.review_on <= act.now.date():
        raise UsageError(
            "review-date-invalid",
            "the review date is not ahead",
            hint="name a day on which the decision is looked at again",
            where="--review-on",
        )
