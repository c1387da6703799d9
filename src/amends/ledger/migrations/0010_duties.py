"""Duties with their whole history, recorded times, delay requests, and clocks that fire once."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

APPEND_ONLY = ("ledger_dutyevent", "ledger_recordedtime", "ledger_delayrequest")
NEVER_DELETED = (*APPEND_ONLY, "ledger_clockfiring")


def name_the_duties(apps: Any, schema_editor: Any) -> None:
    """Split ``us-federal/cisa@2026-11`` of the duties that stand already into jurisdiction and name."""
    duty = apps.get_model("ledger", "Duty")
    for row in duty.objects.filter(name=""):
        key = row.rule.partition("@")[0]
        jurisdiction, _, name = key.partition("/")
        duty.objects.filter(pk=row.pk).update(
            jurisdiction=jurisdiction, name=name or f"duty-{row.pk}", due_by_rule=row.due_at, recipients=[row.told]
        )


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Install triggers that keep the records of duties and clocks append-only, in the database itself."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            """CREATE FUNCTION duty_records_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
               $$ BEGIN RAISE EXCEPTION 'the records of duties are append-only'; END $$"""
        )
        for table in NEVER_DELETED:
            events = "UPDATE OR DELETE OR TRUNCATE" if table in APPEND_ONLY else "DELETE OR TRUNCATE"
            schema_editor.execute(
                f"""CREATE TRIGGER {table}_kept BEFORE {events} ON {table}
                    FOR EACH STATEMENT EXECUTE FUNCTION duty_records_are_append_only()"""
            )
        return
    for table in NEVER_DELETED:
        for event in ("UPDATE", "DELETE") if table in APPEND_ONLY else ("DELETE",):
            schema_editor.execute(
                f"""CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table}
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END"""
            )
        # INSERT OR REPLACE takes a row away without asking the other two.
        schema_editor.execute(
            f"""CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
                WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END"""
        )


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0009_reviews_and_harm'),
    ]

    operations = [
        migrations.CreateModel(
            name='DutyEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('started', 'Started'), ('recomputed', 'Recomputed'), ('dated', 'Dated'), ('delayed', 'Delayed'), ('done', 'Done'), ('withdrawn_by_person', 'Withdrawn'), ('reopened', 'Reopened')], max_length=20)),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=500)),
                ('detail', models.JSONField()),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='DutyScope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jurisdictions', models.JSONField(default=list)),
                ('roles', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='RecordedTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('before', models.DateTimeField(null=True)),
                ('source', models.CharField(max_length=200)),
                ('confidence', models.CharField(max_length=20)),
                ('recorded_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=500)),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='duty',
            name='done_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='due_by_person',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='due_by_rule',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='jurisdiction',
            field=models.CharField(default='', max_length=40),
        ),
        migrations.AddField(
            model_name='duty',
            name='name',
            field=models.CharField(default='', max_length=40),
        ),
        migrations.AddField(
            model_name='duty',
            name='period_text',
            field=models.CharField(default='', max_length=160),
        ),
        migrations.AddField(
            model_name='duty',
            name='proof',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='duty',
            name='recipients',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='duty',
            name='settled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='settled_by',
            field=models.CharField(default='', max_length=80),
        ),
        migrations.AddField(
            model_name='duty',
            name='settled_while_unverified',
            field=models.BooleanField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='triggered_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='duty',
            name='verdict',
            field=models.CharField(default='person_decides', max_length=20),
        ),
        migrations.AddField(
            model_name='duty',
            name='verdict_reason',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='duty',
            name='what_was_done',
            field=models.CharField(default='', max_length=300),
        ),
        migrations.CreateModel(
            name='ClockFiring',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=120)),
                ('mark', models.CharField(max_length=24)),
                ('due_at', models.DateTimeField()),
                ('fires_at', models.DateTimeField()),
                ('fired_at', models.DateTimeField()),
                ('open_count', models.IntegerField()),
                ('claimed_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('tellings', models.IntegerField(default=0)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clock_firings', to='ledger.incident')),
            ],
            options={
                'ordering': ('fires_at', 'subject', 'id'),
            },
        ),
        migrations.CreateModel(
            name='DelayRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.CharField(max_length=120)),
                ('oral', models.BooleanField()),
                ('document_sha256', models.CharField(max_length=64)),
                ('document_size', models.BigIntegerField()),
                ('requested_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=500)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delay_requests', to='ledger.incident')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.AddField(
            model_name='duty',
            name='delay',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='ledger.delayrequest'),
        ),
        migrations.RunPython(name_the_duties),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(fields=('incident', 'jurisdiction', 'name'), name='duty_one_version_per_incident'),
        ),
        migrations.AddField(
            model_name='dutyevent',
            name='duty',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='ledger.duty'),
        ),
        migrations.AddField(
            model_name='dutyscope',
            name='incident',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='duty_scope', to='ledger.incident'),
        ),
        migrations.AddField(
            model_name='recordedtime',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recorded_times', to='ledger.incident'),
        ),
        migrations.AddIndex(
            model_name='clockfiring',
            index=models.Index(fields=['told_at', 'claimed_at'], name='clock_firing_untold'),
        ),
        migrations.AddConstraint(
            model_name='clockfiring',
            constraint=models.UniqueConstraint(fields=('incident', 'subject', 'mark', 'due_at'), name='clock_fires_once'),
        ),
        migrations.AddConstraint(
            model_name='clockfiring',
            constraint=models.CheckConstraint(condition=models.Q(('fired_at__gte', models.F('fires_at'))), name='clock_never_early'),
        ),
        migrations.AddConstraint(
            model_name='delayrequest',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('requested_at'))), name='delay_request_expires_after_it_begins'),
        ),
        migrations.AddIndex(
            model_name='recordedtime',
            index=models.Index(fields=['incident', 'name'], name='recorded_time_name'),
        ),
        migrations.RunPython(refuse_changes),
    ]
