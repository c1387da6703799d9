"""Clocks of an incident: which there are, at which marks they go off, and telling somebody. No verbs."""
