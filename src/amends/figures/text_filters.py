"""How the report writes numbers."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def thousands(value: int) -> str:
    """Return a whole number with a comma between the thousands."""
    return f"{value:,}"
