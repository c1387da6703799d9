"""Reviews, reported actions, broken commitments, attempts at contact, harm assessments: tables and their guards."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

REVIEW_STATES = "('open', 'under_review', 'granted', 'declined', 'moot', 'withdrawn')"
UNCHANGED = ("ledger_harmassessment", "ledger_harmsignature", "ledger_notificationdecision")


def _guards_of_sqlite() -> list[str]:
    state = f"""CREATE TRIGGER review_state_known BEFORE UPDATE OF state ON ledger_remedy
        WHEN NEW.kind = 'review' AND NEW.state NOT IN {REVIEW_STATES}
        BEGIN SELECT RAISE(ABORT, 'a review has no such state'); END"""
    signed = [
        f"""CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table}
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END"""
        for table in UNCHANGED
        for what in ("UPDATE", "DELETE")
    ]
    return [state, *signed]


def _guards_of_postgresql() -> list[str]:
    return [
        """CREATE FUNCTION review_state_is_unknown() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'a review has no such state'; END $$""",
        f"""CREATE TRIGGER review_state_known BEFORE UPDATE OF state ON ledger_remedy FOR EACH ROW
            WHEN (NEW.kind = 'review' AND NEW.state NOT IN {REVIEW_STATES})
            EXECUTE FUNCTION review_state_is_unknown()""",
        """CREATE FUNCTION what_was_signed_stays() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'what was signed is not changed'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION what_was_signed_stays()"""
            for table in UNCHANGED
        ),
    ]


def guard(apps: Any, schema_editor: Any) -> None:
    """Let the database itself refuse a review outside its states, and a change of what was signed."""
    postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in _guards_of_postgresql() if postgresql else _guards_of_sqlite():
        schema_editor.execute(statement)



class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0008_plans'),
    ]

    operations = [
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=60)),
                ('at', models.DateTimeField()),
                ('identifier_fingerprint', models.CharField(max_length=32)),
                ('key_id', models.CharField(max_length=8)),
                ('sealed_identifier', models.BinaryField()),
                ('source_sha256', models.CharField(max_length=64)),
                ('source_line', models.IntegerField()),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('identifier_fingerprint', 'kind', 'at', 'system'), name='action_reported_once')],
            },
        ),
        migrations.CreateModel(
            name='HarmAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cohort', models.CharField(max_length=60)),
                ('version', models.IntegerField()),
                ('persons', models.IntegerField()),
                ('facts', models.JSONField()),
                ('findings', models.JSONField()),
                ('severity', models.CharField(max_length=10)),
                ('assessed_at', models.DateTimeField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='harm_assessments', to='ledger.incident')),
            ],
            options={
                'ordering': ('incident', 'cohort', 'version'),
            },
        ),
        migrations.CreateModel(
            name='HarmSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signer', models.CharField(max_length=80)),
                ('reason', models.CharField(max_length=500)),
                ('signed_at', models.DateTimeField()),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='ledger.harmassessment')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='NotificationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('regime', models.CharField(max_length=40)),
                ('rationale', models.CharField(max_length=500)),
                ('first_signer', models.CharField(max_length=80)),
                ('second_signer', models.CharField(max_length=80)),
                ('decided_at', models.DateTimeField()),
                ('review_on', models.DateField()),
                ('assessment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='ledger.harmassessment')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notification_decisions', to='ledger.incident')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('set_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('remedy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='ledger.remedy')),
            ],
            options={
                'ordering': ('on', 'id'),
            },
        ),
        migrations.CreateModel(
            name='RecipientPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('tells', models.CharField(choices=[('named', 'Named'), ('described', 'Described'), ('withheld', 'Withheld')], max_length=10)),
                ('reason', models.CharField(max_length=500)),
                ('decided_by', models.CharField(max_length=80)),
                ('decided_at', models.DateTimeField()),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipient_policies', to='ledger.incident')),
            ],
            options={
                'verbose_name_plural': 'recipient policies',
                'ordering': ('incident', 'version'),
            },
        ),
        migrations.CreateModel(
            name='ReviewCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assigned_to', models.CharField(blank=True, max_length=80)),
                ('assigned_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=40)),
                ('outcome_reason', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.CharField(blank=True, max_length=80)),
                ('decided_at', models.DateTimeField(null=True)),
                ('awaits_second_look', models.BooleanField(default=False)),
                ('second_by', models.CharField(blank=True, max_length=80)),
                ('second_at', models.DateTimeField(null=True)),
                ('second_reason', models.CharField(blank=True, max_length=500)),
                ('closed_at', models.DateTimeField(null=True)),
                ('times_sent_back', models.IntegerField(default=0)),
                ('times_reopened', models.IntegerField(default=0)),
                ('remedy', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='review_case', to='ledger.remedy')),
            ],
            options={
                'ordering': ('remedy',),
            },
        ),
        migrations.CreateModel(
            name='ReviewEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('remedy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_events', to='ledger.remedy')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='ActionSubject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='ledger.action')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='action_subjects', to='ledger.incident')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='action_subjects', to='ledger.leakedrow')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('action', 'row'), name='action_subject_once_per_row')],
            },
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('commitment', models.CharField(max_length=60)),
                ('rule', models.CharField(max_length=40)),
                ('why', models.CharField(max_length=300)),
                ('state', models.CharField(max_length=16)),
                ('found_at', models.DateTimeField()),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='ledger.action')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='ledger.incident')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='ledger.leakedrow')),
            ],
            options={
                'verbose_name_plural': 'breaches',
                'ordering': ('id',),
                'indexes': [models.Index(fields=['incident', 'state'], name='breach_state')],
                'constraints': [models.UniqueConstraint(fields=('action', 'incident', 'commitment'), name='breach_once_per_action_and_commitment')],
            },
        ),
        migrations.CreateModel(
            name='ContactAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('trace', 'Trace'), ('contact', 'Contact')], max_length=8)),
                ('method', models.CharField(max_length=20)),
                ('result', models.CharField(max_length=20)),
                ('proof', models.CharField(blank=True, max_length=200)),
                ('by', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('remedy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_attempts', to='ledger.remedy')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('remedy', 'purpose', 'method', 'at'), name='contact_attempt_recorded_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='harmassessment',
            constraint=models.UniqueConstraint(fields=('incident', 'cohort', 'version'), name='harm_assessment_version'),
        ),
        migrations.AddConstraint(
            model_name='harmsignature',
            constraint=models.UniqueConstraint(fields=('assessment', 'signer'), name='harm_signature_once_per_signer'),
        ),
        migrations.AddConstraint(
            model_name='notificationdecision',
            constraint=models.UniqueConstraint(fields=('assessment', 'regime'), name='notification_decision_once_per_assessment'),
        ),
        migrations.AddConstraint(
            model_name='notificationdecision',
            constraint=models.CheckConstraint(condition=models.Q(('first_signer', models.F('second_signer')), _negated=True), name='notification_decision_has_two_signers'),
        ),
        migrations.AddConstraint(
            model_name='recheck',
            constraint=models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('remedy',), name='recheck_one_pending'),
        ),
        migrations.AddConstraint(
            model_name='recipientpolicy',
            constraint=models.UniqueConstraint(fields=('incident', 'version'), name='recipient_policy_version'),
        ),
        migrations.AddIndex(
            model_name='reviewcase',
            index=models.Index(fields=['assigned_to'], name='review_case_assigned_to'),
        ),
        migrations.AddConstraint(
            model_name='reviewcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), models.Q(('outcome_reason', ''), _negated=True), models.Q(('decided_by', ''), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='review_outcome_has_a_decider_and_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='reviewcase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('second_at__isnull', True), ('second_by', '')), models.Q(('second_at__isnull', False), models.Q(('second_by', models.F('decided_by')), _negated=True)), _connector='OR'), name='review_second_look_is_anothers'),
        ),
        migrations.AddConstraint(
            model_name='reviewcase',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), models.Q(('awaits_second_look', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='review_closed_with_an_outcome'),
        ),
        migrations.RunPython(guard),
    ]
