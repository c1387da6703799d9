"""Publish figures: reconciled, small cells suppressed, each with its query (R41)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from amends.casework.acts import Act, journalled
from amends.casework.permissions import check_may
from amends.casework.policies import check_open
from amends.figures.counting import CountedFigure, count_figures, discrepancies
from amends.figures.definitions import FigureSet, figure_set
from amends.figures.suppression import suppress
from amends.ledger.models import Figure, Incident
from amends.vocabulary.errors import RefusalError


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """One edition of an incident's figures."""

    edition: int
    figures: tuple[CountedFigure, ...]
    public: dict[str, int | None]
    """Name → value as it may be published; None where a small cell is withheld."""
    already: bool

    @property
    def values(self) -> dict[str, int]:
        """Name → exact value, for those who may see it."""
        return {figure.name: figure.value for figure in self.figures}


def publish_figures(
    *, incident: Incident, act: Act, definitions: FigureSet | None = None
) -> PublishedFigures:
    """Count, reconcile and record a new edition where a value changed.

    Raises `RefusalError` ``figures-do-not-reconcile``, naming each sum that fails, and publishes nothing.
    """
    check_may(act, "publish_figures")
    check_open(incident)
    wanted = definitions or figure_set()
    with journalled("publish_figures", act) as change:
        incident = Incident.objects.select_for_update().get(pk=incident.pk)
        counted = count_figures(incident, wanted)
        values = {figure.name: figure.value for figure in counted}
        failing = discrepancies(values, wanted.reconciliations)
        if failing:
            raise RefusalError(
                "figures-do-not-reconcile",
                "the figures do not add up: " + "; ".join(str(item) for item in failing),
                hint="nothing was published; look at the queries with `amends figures --queries`",
                where=incident.reference,
            )
        edition = Figure.objects.filter(incident=incident).aggregate(last=Max("edition"))["last"] or 0
        published = dict(
            Figure.objects.filter(incident=incident, edition=edition).values_list("name", "value")
        )
        if published != values:
            edition += 1
            _record(incident, edition, counted, act)
            change.incident = incident.reference
            change.detail = {"edition": edition, "figures": values}
    public = suppress(values, wanted.reconciliations)
    return PublishedFigures(edition, counted, public, already=not change.detail)


def _record(incident: Incident, edition: int, counted: tuple[CountedFigure, ...], act: Act) -> None:
    Figure.objects.bulk_create(
        Figure(
            incident=incident,
            edition=edition,
            name=figure.name,
            value=figure.value,
            unit=figure.unit,
            query=figure.query,
            published_at=act.now,
        )
        for figure in counted
    )
