"""Who obtained it: counted for the report, listed for those who ask them to destroy it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Sum

from amends.ledger.models import Incident, Recipient


def recipients_table(incident: Incident) -> tuple[tuple[str, str, int, int], ...]:
    """Return class, verdict, number of clients and of requests; no address, because an address may be a person's."""
    rows = (
        Recipient.objects.filter(incident=incident)
        .values("recipient_class", "verdict")
        .order_by("recipient_class", "verdict")
        .annotate(clients=Count("id"), requested=Sum("requests"))
    )
    return tuple((row["recipient_class"], row["verdict"], row["clients"], row["requested"]) for row in rows)


def all_recipients(incident: Incident) -> Iterator[Recipient]:
    """Yield every client of the document, those who obtained nothing included."""
    yield from Recipient.objects.filter(incident=incident).iterator(chunk_size=2000)
