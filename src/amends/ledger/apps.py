"""Django's view of the ledger."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """One app owns every table, so there is one migration history."""

    name = "amends.ledger"
    label = "ledger"
