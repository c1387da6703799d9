"""Erasures, legal preservations, and the table that a change of the fingerprint key works with."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds tables only. The keys themselves never stand in the database."""

    dependencies = (('ledger', '0006_journal_tree'),)
    operations = (
        migrations.CreateModel(
            name="FingerprintSuccessor",
            fields=[
                ("former", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("successor", models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=20)),
                ("rule", models.CharField(max_length=80)),
                ("data_keys", models.JSONField()),
                ("ordered_at", models.DateTimeField()),
                ("destroyed_at", models.DateTimeField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to="ledger.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("incident", "kind"), name="erasure_once_per_kind")
                ],
            },
        ),
        migrations.CreateModel(
            name="Preservation",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("matter", models.CharField(max_length=120)),
                ("placed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="preservations",
                        to="ledger.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("incident", "matter"),
                        name="preservation_stands_once",
                    )
                ],
            },
        ),
    )
