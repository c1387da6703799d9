"""Django's view of the ledger."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created


class LedgerConfig(AppConfig):
    """One app owns every table, so there is one migration history."""

    name = "amends.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Settle what every connection to the ledger's database begins with."""
        connection_created.connect(_without_compiling, dispatch_uid="amends.ledger.without_compiling")


def _without_compiling(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Let PostgreSQL execute statements without compiling them first, which pays for none of ours.

    Its estimate of a statement that asks several questions about each of ten thousand holds is so high that it compiles
    for a second and more what then takes a tenth of one; a whole population took minutes instead of half a minute.
    A statement, and not the option ``-c jit=off`` at connecting, because poolers refuse options that they do not know.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
