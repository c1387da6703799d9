"""The mark that every synthetic person carries, so that one who strays into a log or an error is caught.

The mark stands where it does not disturb linking: in the address line of every registry person and
in the ``Remarks`` column of every leaked row. A small planted share of people also bear it as a
second given name (`CANARY_NAME`), in the registry and in the sheet alike, because names are what
careless messages quote.
"""

from __future__ import annotations

from typing import Final

CANARY: Final = "ZZCANARY"
"""Occurs in no natural text; searching outputs for it in any case finds the name form as well."""

CANARY_NAME: Final = "Zzcanary"
"""The same mark in the form of a given name."""
