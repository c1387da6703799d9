"""One file for each persisted noun. Rows are written by `casework`, in the transaction of a journal entry."""

from __future__ import annotations

from amends.ledger.models.acting_system import ActingSystem, ApiKey
from amends.ledger.models.action import Action, ActionSubject
from amends.ledger.models.affected_person import AffectedPerson
from amends.ledger.models.artefact import Artefact
from amends.ledger.models.breach import Breach
from amends.ledger.models.contact_attempt import ContactAttempt, Recheck
from amends.ledger.models.delivery import Delivery
from amends.ledger.models.duty import Duty
from amends.ledger.models.exposure_record import ExposureRecord
from amends.ledger.models.figure import Figure
from amends.ledger.models.gate_index import (
    CANARY_FINGERPRINT,
    CANARY_HOLD,
    GateState,
    HeldIdentifier,
    HoldEvent,
    KnownIdentifier,
)
from amends.ledger.models.harm_assessment import HarmAssessment, HarmSignature, NotificationDecision
from amends.ledger.models.incident import Incident
from amends.ledger.models.journal_entry import JournalEntry, JournalHead
from amends.ledger.models.leaked_row import LeakedRow
from amends.ledger.models.recipient import Recipient
from amends.ledger.models.recipient_policy import RecipientPolicy
from amends.ledger.models.release import Release
from amends.ledger.models.remedy import Remedy
from amends.ledger.models.representative import Representative
from amends.ledger.models.review_case import ReviewCase, ReviewEvent

__all__ = [
    "CANARY_FINGERPRINT",
    "CANARY_HOLD",
    "ActingSystem",
    "Action",
    "ActionSubject",
    "AffectedPerson",
    "ApiKey",
    "Artefact",
    "Breach",
    "ContactAttempt",
    "Delivery",
    "Duty",
    "ExposureRecord",
    "Figure",
    "GateState",
    "HarmAssessment",
    "HarmSignature",
    "HeldIdentifier",
    "HoldEvent",
    "Incident",
    "JournalEntry",
    "JournalHead",
    "KnownIdentifier",
    "LeakedRow",
    "NotificationDecision",
    "Recheck",
    "Recipient",
    "RecipientPolicy",
    "Release",
    "Remedy",
    "Representative",
    "ReviewCase",
    "ReviewEvent",
]
