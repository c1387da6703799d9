"""The end of a hold as one would say it, hold by hold and query by query: the oracle for the set-based check."""

from __future__ import annotations

from datetime import datetime, timedelta

from amends.ledger.hold_terms import TOLD
from amends.ledger.models import Delivery, HoldTerm, Remedy


def slowly_lacking(hold: Remedy, now: datetime, *, document: bool = False) -> list[str]:
    """Return what one hold lacks for its end, in the words of `casework.hold_end`."""
    found = []
    if hold.person is None:
        found.append("person_unknown")
    term = HoldTerm.objects.filter(hold=hold).first()
    if term is None:
        return [*found, "term_missing"]
    others = (
        Remedy.objects.filter(incident=hold.incident, person=hold.person)
        if hold.person
        else Remedy.objects.none()
    )
    notices = [n for n in others if n.kind == "notice" and n.addressee in TOLD and n.state != "withdrawn"]
    told = any(n.addressee == "person" for n in notices) and all(n.state == "delivered" for n in notices)
    if (
        hold.person
        and hold.person.representative
        and not any(n.addressee == "representative" for n in notices)
    ):
        told = False
    if not told:
        found.append("notice_delivered")
    else:
        deliveries = [d for n in notices for d in Delivery.objects.filter(notice=n) if d.fate == "delivered"]
        began = max([term.begins_at, *(d.at for d in deliveries)])
        if not deliveries or now < began + timedelta(days=term.waiting_days + 1):
            found.append("waiting_time")
    if term.not_before and now < term.not_before:
        found.append("extended")
    if any(r.kind == "review" and r.state not in ("granted", "declined", "moot") for r in others):
        found.append("reviews_done")
    if "document" in term.conditions.split() and not document:
        found.append("document")
    return found
