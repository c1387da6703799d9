"""One file for each persisted noun. Rows are written by `casework`, in the transaction of a journal entry."""

from __future__ import annotations

from amends.ledger.models.acting_system import ActingSystem, ApiKey
from amends.ledger.models.action import Action, ActionSubject
from amends.ledger.models.affected_person import AffectedPerson
from amends.ledger.models.alarm import Alarm
from amends.ledger.models.artefact import Artefact
from amends.ledger.models.breach import Breach
from amends.ledger.models.clock_firing import ClockFiring
from amends.ledger.models.contact_attempt import ContactAttempt, Recheck
from amends.ledger.models.delay_request import DelayRequest
from amends.ledger.models.delivery import Delivery
from amends.ledger.models.duty import Duty
from amends.ledger.models.duty_event import DutyEvent
from amends.ledger.models.duty_scope import DutyScope
from amends.ledger.models.erasure import Erasure, Preservation
from amends.ledger.models.exposure_record import ExposureRecord
from amends.ledger.models.figure import Figure
from amends.ledger.models.file_release import FileRelease
from amends.ledger.models.fingerprint_successor import FingerprintSuccessor
from amends.ledger.models.former_fingerprint import FormerFingerprint
from amends.ledger.models.gate_index import (
    CANARY_FINGERPRINT,
    CANARY_HOLD,
    GateState,
    HeldIdentifier,
    HoldEvent,
    KnownIdentifier,
)
from amends.ledger.models.harm_assessment import HarmAssessment, HarmSignature, NotificationDecision
from amends.ledger.models.hold_list import HoldList, ListAnnouncement
from amends.ledger.models.hold_release import HoldRelease, HoldReleaseItem
from amends.ledger.models.hold_term import HoldTerm
from amends.ledger.models.incident import Incident
from amends.ledger.models.journal_entry import JournalEntry, JournalHead
from amends.ledger.models.leaked_row import LeakedRow
from amends.ledger.models.officer import Officer
from amends.ledger.models.playbook_version import PlaybookVersion
from amends.ledger.models.recipient import Recipient
from amends.ledger.models.recipient_policy import RecipientPolicy
from amends.ledger.models.recorded_time import RecordedTime
from amends.ledger.models.release import Release
from amends.ledger.models.remedy import Remedy
from amends.ledger.models.remedy_change import RemedyChange
from amends.ledger.models.representative import Representative
from amends.ledger.models.review_case import ReviewCase, ReviewEvent
from amends.ledger.models.sealed_identifier import SealedIdentifier
from amends.ledger.models.status_episode import StatusEpisode, StatusReading
from amends.ledger.models.supplementary_notice import SupplementaryNotice
from amends.ledger.models.system_report import Acknowledgement, Heartbeat, InboxMark, SystemHolding

__all__ = [
    "CANARY_FINGERPRINT",
    "CANARY_HOLD",
    "Acknowledgement",
    "ActingSystem",
    "Action",
    "ActionSubject",
    "AffectedPerson",
    "Alarm",
    "ApiKey",
    "Artefact",
    "ClockFiring",
    "DelayRequest",
    "Breach",
    "ContactAttempt",
    "Delivery",
    "Duty",
    "Erasure",
    "DutyEvent",
    "DutyScope",
    "ExposureRecord",
    "Figure",
    "FileRelease",
    "FingerprintSuccessor",
    "FormerFingerprint",
    "GateState",
    "Heartbeat",
    "HarmAssessment",
    "HarmSignature",
    "HeldIdentifier",
    "HoldEvent",
    "HoldRelease",
    "HoldReleaseItem",
    "HoldTerm",
    "HoldList",
    "InboxMark",
    "Incident",
    "JournalEntry",
    "JournalHead",
    "KnownIdentifier",
    "LeakedRow",
    "Preservation",
    "PlaybookVersion",
    "Officer",
    "ListAnnouncement",
    "Recipient",
    "RecordedTime",
    "NotificationDecision",
    "Recheck",
    "Recipient",
    "RecipientPolicy",
    "Release",
    "Remedy",
    "RemedyChange",
    "Representative",
    "StatusEpisode",
    "StatusReading",
    "SupplementaryNotice",
    "SealedIdentifier",
    "SystemHolding",
    "ReviewCase",
    "ReviewEvent",
]
