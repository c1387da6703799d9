"""A JSON value kept as its canonical text: what is hashed is, byte for byte, what is stored.

A native JSON column does not keep bytes: PostgreSQL sorts keys by their length and writes numbers anew, so that every
check of the chain would have to parse and serialise each entry again. Canonical here means sorted keys, no
white space, UTF-8 without escapes (RFC 8785 but for the form of fractions, of which the journal has none).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.db import models

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
_PLAIN: Final = frozenset({str, int, bool, type(None)})


def canonical(value: dict[str, Any]) -> str:
    """Return the canonical text of a detail, as it will be read again: a key 7 comes back as "7", a tuple as a list.

    Raises ``ValueError`` or ``TypeError`` for what JSON cannot hold.
    """
    if not _is_plain(value):
        value = json.loads(json.dumps(value, allow_nan=False))
    return _ENCODER.encode(value)


def _is_plain(value: dict[str, Any]) -> bool:
    """Whether every key is text and every value a text, whole number, truth value or null: nearly every detail."""
    return {*map(type, value)} <= {str} and {*map(type, value.values())} <= _PLAIN


class CanonicalJSONField(_TextField):
    """A column of canonical JSON text whose value in Python is the parsed one.

    A text that is no JSON (somebody changed it behind the ledger's back) is handed on as it stands, so that whoever
    reads the journal can say which entry it is.
    """

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Parse what the column holds."""
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            return value

    def get_prep_value(self, value: Any) -> Any:
        """Serialise what the column shall hold."""
        return None if value is None else canonical(value)
