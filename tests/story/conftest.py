"""The small incident, for tests that run the real program on it."""

from __future__ import annotations

from tests.small_incident import drilled, program, responded, small_incident

__all__ = ["drilled", "program", "responded", "small_incident"]
