"""Every sealed column of the tables is known to whoever renews, erases or copies."""

from __future__ import annotations

from django.apps import apps
from django.db.models import BinaryField

from amends.ledger.retention.rules import ERASABLE
from amends.ledger.scope_keys import DataKind
from amends.ledger.sealed_fields import SEALED_FIELDS, fields_of

NOT_SEALED = {("SystemHolding", "entries")}
"""Keyed fingerprints that an acting system reported; they give nothing away without that system's secret."""


def sealed_columns() -> set[tuple[str, str]]:
    return {
        (model.__name__, str(field.name))
        for model in apps.get_app_config("ledger").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, BinaryField)
    }


def test_no_sealed_column_is_forgotten_when_keys_are_renewed_or_destroyed():
    """A column missing from the list would be unreadable for ever after a renewal."""
    known = {(field.model.__name__, field.column) for field in SEALED_FIELDS}
    assert known == sealed_columns() - NOT_SEALED


def test_everything_that_is_sealed_belongs_to_a_kind_that_some_rule_can_end_or_spans_incidents():
    for field in SEALED_FIELDS:
        assert (field.kind in ERASABLE) == field.of_an_incident
        assert field.kind is DataKind.SHARED or field.of_an_incident


def test_a_value_is_bound_to_parts_of_its_own_row():
    for field in SEALED_FIELDS:
        assert field.bound_to.count("{") == len(field.parts) > 0
        assert field in fields_of(field.kind)
