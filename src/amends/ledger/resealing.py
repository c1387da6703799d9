"""Seals the values of a scope anew under its current data key, a chunk a transaction, so that it can be resumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Model

from amends.ledger import current, vault
from amends.ledger.models import Artefact
from amends.ledger.scope_keys import DataKind, Scope
from amends.ledger.sealed_fields import SealedField, fields_of
from amends.ledger.sealing import Sealer

_ROWS_A_CHUNK: Final = 5_000


def reseal(scope: Scope) -> int:
    """Seal every value of the scope that another key sealed under the current one; return how many.

    Outside a transaction each chunk is one of its own: a kill loses at most a chunk's work.
    """
    if scope.kind is DataKind.LEAKED_FILE:
        return int(vault.reseal(scope.name, home=current.home()))
    return sum(_reseal_field(field, scope) for field in fields_of(scope.kind))


def left_to_reseal(scope: Scope) -> int:
    """Return how many values of the scope are still sealed by another key."""
    identity, _ = current.sealer().data_keys.sealing(scope)
    if scope.kind is DataKind.LEAKED_FILE:
        return int(vault.data_key_of_artefact(scope.name, home=current.home()) != identity.hex())
    header = b"\x02" + identity
    return sum(field.sealed_otherwise(scope.name, header).count() for field in fields_of(scope.kind))


def lock_sealed_table(model: type[Model]) -> None:
    """Let one writer at a time seal into a table that belongs to no incident.

    Taken before the data key is looked up, by whoever writes there and by whoever is about to destroy an old key, so
    that nothing is written under a key that is about to go. On SQLite the transaction itself is that lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE"
            )


def _reseal_field(field: SealedField, scope: Scope) -> int:
    done = 0
    while True:
        with transaction.atomic():
            # Made anew for each chunk: it then seals under the key that is current inside this transaction.
            sealer = current.sealer().scoped(scope.name, scope.kind)
            changed = _reseal_chunk(field, scope, sealer)
        if not changed:
            return done
        done += changed


def _reseal_chunk(field: SealedField, scope: Scope, sealer: Sealer) -> int:
    identity, _ = sealer.data_keys.sealing(scope)
    rows = field.sealed_otherwise(scope.name, b"\x02" + identity).order_by("pk")
    chosen = list(
        rows.select_for_update(of=("self",)).values_list("pk", field.column, *field.parts)[:_ROWS_A_CHUNK]
    )
    quote = connection.ops.quote_name
    table, column = quote(field.model._meta.db_table), quote(field.column)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {column} = %s WHERE id = %s",  # noqa: S608 -- names come from the models
            list(_sealed_anew(field, chosen, sealer)),
        )
    return len(chosen)


def _sealed_anew(
    field: SealedField, rows: list[tuple[Any, ...]], sealer: Sealer
) -> Iterator[tuple[bytes, int]]:
    for key, sealed, *parts in rows:
        bound_to = field.bound_by(parts)
        yield sealer.seal(sealer.unseal(bytes(sealed), bound_to=bound_to), bound_to=bound_to), key


def scopes_of(reference: str) -> tuple[Scope, ...]:
    """Return the scopes of one incident: its kinds of data, and the artefacts preserved for it."""
    kinds = (DataKind.PERSON_DETAILS, DataKind.IDENTIFIERS)
    digests = Artefact.objects.filter(incident__reference=reference, sealed=True).values_list(
        "sha256", flat=True
    )
    return (
        *(Scope(reference, kind) for kind in kinds),
        *(Scope(digest, DataKind.LEAKED_FILE) for digest in dict.fromkeys(digests)),
    )
