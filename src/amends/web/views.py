"""Pages of the web door: they show, behind a login, and change nothing."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amends.casework.close_incident import what_is_open
from amends.casework.queries.incidents import all_incidents, find_incident
from amends.casework.queries.overview import incident_overview
from amends.figures.report import render_body, report_style
from amends.vocabulary.errors import UsageError


@require_safe
@never_cache
def incidents(request: HttpRequest) -> HttpResponse:
    """The list of incidents, with what is still open in each."""
    listed = [
        (incident, [(name.replace("_", " "), count) for name, count in what_is_open(incident).items()])
        for incident in all_incidents()
    ]
    return render(request, "web/incidents.html", {"incidents": listed, "style": _style()})


@require_safe
@never_cache
def incident(request: HttpRequest, reference: str) -> HttpResponse:
    """One incident, with the same content as its report."""
    try:
        found = find_incident(reference)
    except UsageError as error:
        raise Http404 from error
    overview = incident_overview(found)
    # The report's own template has escaped every value.
    body = mark_safe(render_body(overview))  # noqa: S308
    return render(request, "web/incident.html", {"it": overview, "body": body, "style": _style()})


def _style() -> str:
    return mark_safe(report_style())  # noqa: S308 -- a file of our own
