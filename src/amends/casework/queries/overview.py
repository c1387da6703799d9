"""One incident as the report and the web page show it: plain values, no personal data."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Max, Min

from amends.casework.close_incident import what_is_open
from amends.casework.queries.harm import harm_lines
from amends.casework.queries.recipients import recipients_table
from amends.figures.definitions import figure_set
from amends.figures.overview import (
    CohortLine,
    DutyLine,
    ExposureSummary,
    FigureLine,
    IncidentOverview,
    Moment,
    OwedLine,
)
from amends.figures.suppression import suppress
from amends.ledger.models import Duty, ExposureRecord, Figure, Incident, JournalEntry, Remedy
from amends.remedy.cohorts import members
from amends.remedy.plan_on_record import playbook_on_record
from amends.remedy.planning import coverage
from amends.remedy.playbook import Playbook
from amends.remedy.workflow_table import final_states


def incident_overview(incident: Incident) -> IncidentOverview:
    """Return everything the report shows of one incident. The same ledger gives the same overview."""
    # A door may hold the incident as it stood before its last verbs.
    incident = Incident.objects.get(pk=incident.pk)
    playbook = playbook_on_record(incident)
    last = JournalEntry.objects.filter(incident=incident.reference).order_by("-sequence").first()
    as_at = last.at if last else incident.opened_at
    covered = coverage(incident)
    return IncidentOverview(
        reference=incident.reference,
        title=incident.title,
        url=incident.url,
        disclosed_to=incident.disclosed_to,
        as_of=incident.as_of,
        exposed_from=incident.exposed_from,
        reported_at=incident.reported_at,
        removed_at=incident.removed_at,
        held_at=incident.population_held_at,
        closed_at=incident.closed_at,
        as_at=as_at,
        playbook=f"{playbook.title} ({playbook.name}, version {playbook.version})",
        timeline=_timeline(incident),
        figures=_figures(incident),
        exposure=_exposure(incident),
        cohorts=_cohorts(incident, playbook),
        owed=_owed(incident, as_at),
        duties=_duties(incident),
        open=what_is_open(incident),
        not_read=incident.not_read,
        persons=covered.persons,
        persons_covered=covered.persons - covered.without_any,
        journal_head=f"{last.sequence}:{last.digest}" if last else "",
        harm=tuple(harm_lines(incident)),
    )


def _timeline(incident: Incident) -> tuple[Moment, ...]:
    moments = [
        Moment(incident.exposed_from, "Exposed", "the data could be had", "event"),
        Moment(incident.reported_at, "Reported", "first report", "event"),
        Moment(incident.removed_at, "Removed", "the data could no longer be had at this address", "event"),
    ]
    if incident.as_of:
        moments.append(Moment(incident.as_of, "As-of date", "the day that the data describe", "event"))
    for entry in JournalEntry.objects.filter(incident=incident.reference):
        moments.append(Moment(entry.at, entry.verb.replace("_", " "), _said(entry), "act"))
    return tuple(sorted(moments, key=lambda moment: moment.at))


def _said(entry: JournalEntry) -> str:
    detail = entry.detail
    counted = {
        "protect_population": lambda: f"{detail['held']:,} rows held at once",
        "assess_exposure": lambda: (
            f"{detail['obtained_data']:,} recipients, {detail['holes']} holes in the logs"
        ),
        "identify_affected": lambda: f"{detail['persons']:,} people",
        "plan_remedies": lambda: f"{sum(detail['planned'].values()):,} measures",
        "update_statuses": lambda: f"{detail['changed']:,} people have another status",
        "advance_remedy": lambda: (
            f"{detail['count']:,} × {detail['kind']}: {detail['step'].replace('_', ' ')}"
        ),
        "publish_figures": lambda: f"edition {detail['edition']}",
    }
    return counted[entry.verb]() if entry.verb in counted else entry.reason


def _figures(incident: Incident) -> tuple[FigureLine, ...]:
    last = Figure.objects.filter(incident=incident).aggregate(last=Max("edition"))["last"] or 0
    stored = {figure.name: figure for figure in Figure.objects.filter(incident=incident, edition=last)}
    values = {name: figure.value for name, figure in stored.items()}
    definitions = figure_set()
    if set(values) != {figure.name for figure in definitions.figures}:
        return ()
    public = suppress(values, definitions.reconciliations)
    return tuple(
        FigureLine(item.name, item.title, item.group, values[item.name], public[item.name], item.query)
        for item in definitions.figures
    )


def _exposure(incident: Incident) -> ExposureSummary | None:
    record = ExposureRecord.objects.filter(incident=incident).first()
    if record is None:
        return None
    return ExposureSummary(
        document_size=record.document_size,
        size_basis=record.size_basis,
        requests=record.requests,
        recipients=recipients_table(incident),
        holes=tuple(
            (datetime.fromisoformat(hole["from"]), datetime.fromisoformat(hole["until"]), hole["reason"])
            for hole in record.holes
        ),
        unreadable_lines=record.unreadable_lines,
        logs=tuple((log["name"], log["format"], log["lines"], log["sha256"]) for log in record.logs),
        adverse_assumption=record.adverse_assumption,
        adverse_reasons=tuple(record.adverse_reasons),
    )


def _cohorts(incident: Incident, playbook: Playbook) -> tuple[CohortLine, ...]:
    return tuple(
        CohortLine(
            cohort.title,
            members(cohort, incident).count(),
            tuple(item.sentences["en"] for item in playbook.entitlements if item.cohort == cohort.name),
        )
        for cohort in playbook.cohorts
    )


def _owed(incident: Incident, as_at: datetime) -> tuple[OwedLine, ...]:
    finals = final_states()
    rows = (
        Remedy.objects.filter(incident=incident)
        .values("entitlement", "kind", "addressee", "owner", "state")
        .order_by("kind", "entitlement", "state")
        .annotate(count=Count("id"), due=Min("due_at"))
    )
    return tuple(
        OwedLine(
            entitlement=row["entitlement"].replace("_", " "),
            kind=row["kind"],
            owner=row["owner"],
            state=row["state"].replace("_", " "),
            count=row["count"],
            due=row["due"],
            final=row["state"] in finals[row["kind"]],
            # A hold that is in force is where it should be; its due time has been met.
            overdue=bool(
                row["kind"] != Remedy.Kind.HOLD
                and row["due"]
                and row["due"] < as_at
                and row["state"] not in finals[row["kind"]]
            ),
        )
        for row in rows
    )


def _duties(incident: Incident) -> tuple[DutyLine, ...]:
    return tuple(
        DutyLine(
            duty.rule, duty.told, duty.citation, duty.verification, duty.trigger, duty.due_at, duty.due_reason
        )
        for duty in Duty.objects.filter(incident=incident)
    )
