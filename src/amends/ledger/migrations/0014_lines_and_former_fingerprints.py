"""Officers stand in the line of a founder, and former fingerprints of a hold are kept, so that old answers are found."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def give_lines(apps: Any, schema_editor: Any) -> None:
    """Put each officer into the line of whoever granted the authority; who granted it is the name that stands there."""
    officers = {officer.name: officer for officer in apps.get_model("ledger", "Officer").objects.all()}
    for officer in officers.values():
        # A ring of officers who granted to one another leads to no founder, and to no line.
        asked, seen = officer, set()
        while asked is not None and asked.founder is None and asked.name not in seen:
            seen.add(asked.name)
            asked = officers.get(" ".join(asked.granted_by.split()).casefold())
        if asked is not None and asked.founder is not None:
            officer.line = asked.founder
            officer.save(update_fields=["line"])


class Migration(migrations.Migration):
    """Adds only; there is no way back, on purpose."""

    dependencies = (('ledger', '0012_holds_before_the_gate'),)
    operations = (
        migrations.AddField("officer", "line", models.SmallIntegerField(null=True)),
        migrations.RunPython(give_lines),
        migrations.CreateModel(
            "FormerFingerprint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fingerprint", models.CharField(max_length=32)),
                ("key_id", models.CharField(max_length=8)),
                ("successor", models.CharField(max_length=32)),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_fingerprints",
                        to="ledger.remedy",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["successor"], name="former_fingerprint_successor")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hold", "fingerprint"), name="former_fingerprint_once_per_hold"
                    )
                ],
            },
        ),
    )
