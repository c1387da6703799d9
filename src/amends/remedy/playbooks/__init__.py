"""Playbooks as TOML: cohorts by status at a point in time, and what each is owed."""
