"""DutyScope: under which laws an incident was put, and what the organisation said that it is."""

from __future__ import annotations

from django.db import models

from amends.ledger.models.incident import Incident


class DutyScope(models.Model):
    """Jurisdictions (the playbook's and those named beside it) and roles of the organisation, for one incident.

    No role means that nobody has said; a rule that binds one role alone then asks a person.
    """

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="duty_scope")
    jurisdictions = models.JSONField(default=list)
    roles = models.JSONField(default=list)

    def __str__(self) -> str:
        return ", ".join(self.jurisdictions)
