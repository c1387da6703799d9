"""Strings the verbs of the main path together for one incident; decides nothing.

Order matters twice. Everything that can be wrong with the input is looked at before the ledger is touched, so that
bad input leaves no trace in it. And the hold on everyone comes before the logs are read and before
anyone is categorised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from amends.casework.acts import Act
from amends.casework.assess_exposure import AssessedExposure, assess_exposure
from amends.casework.identification.leaked_list import LeakedList, leaked_list
from amends.casework.identify_affected import IdentifiedPeople, identify_affected
from amends.casework.open_incident import IncidentFacts, check_facts, open_incident
from amends.casework.plan_remedies import PlannedRemedies, plan_remedies
from amends.casework.protect_population import ProtectedPopulation, protect_population
from amends.casework.publish_figures import PublishedFigures, publish_figures
from amends.exposure.assessing import AssessmentRequest, assess, check_request
from amends.exposure.assessment import ExposureAssessment
from amends.exposure.checking import check_logs
from amends.exposure.direct_disclosure import assess_direct_disclosure
from amends.link.mapping import Mapping
from amends.link.registry import Registry
from amends.scan.opening import open_file

if TYPE_CHECKING:
    from amends.ledger.models import Incident

Report = Callable[[str, str, float], None]
"""Told after each step: its name, what came of it, and the seconds it took."""


@dataclass(frozen=True, slots=True)
class IncidentInputs:
    """What the operator gives."""

    facts: IncidentFacts
    logs: tuple[Path, ...]
    registry: Path
    mapping: Path
    document_size: int | None = None
    own_networks: tuple[str, ...] = ()
    monitor_agents: tuple[str, ...] = ()


@dataclass(slots=True)
class IncidentRun:
    """What came of each step."""

    incident: Incident
    protected: ProtectedPopulation
    exposure: AssessedExposure
    identified: IdentifiedPeople
    planned: PlannedRemedies
    seconds_file_to_held: float
    seconds: dict[str, float] = field(default_factory=dict)


class IncidentRunner:
    """Takes one incident from its files to its plan."""

    def __init__(
        self, inputs: IncidentInputs, *, actor: str, clock: Callable[[], datetime], report: Report
    ) -> None:
        self._inputs = inputs
        self._actor = actor
        self._clock = clock
        self._report = report
        self.seconds: dict[str, float] = {}

    def act(self, reason: str) -> Act:
        """Return the operator's act, now."""
        return Act(self._actor, reason, self._clock())

    def run(self) -> IncidentRun:
        """Walk the main path up to the plan. Raises the verbs' own errors; what was committed stays."""
        inputs = self._inputs
        with self._step("check what was given") as say:
            mapping = Mapping.load(inputs.mapping)
            check_facts(inputs.facts, now=self._clock())
            if inputs.facts.url:
                check_request(self._request())
            check_logs(inputs.logs)
            registry = Registry.open(inputs.registry, mapping)
            say(f"registry of {registry.count:,} people, {len(inputs.logs)} logs")
        began = perf_counter()
        listing = self._open_leaked_file(mapping)
        incident = self._open_incident()
        with self._step("protect everyone") as say:
            protected = protect_population(
                incident=incident, listing=listing, mapping=mapping, act=self.act("hold everyone first")
            )
            say(f"{protected.held:,} of {protected.rows:,} rows held")
        held_after = perf_counter() - began
        exposure = self._assess(incident)
        identified = self._identify(incident, listing, registry, mapping)
        with self._step("plan remedies") as say:
            planned = plan_remedies(incident=incident, act=self.act(f"playbook {incident.playbook}"))
            say(f"{sum(planned.planned.values()):,} measures, coverage {_share(planned)}")
        return IncidentRun(incident, protected, exposure, identified, planned, held_after, dict(self.seconds))

    def publish(self, incident: Incident) -> PublishedFigures:
        """Count, reconcile and record the figures."""
        with self._step("publish figures") as say:
            published = publish_figures(incident=incident, act=self.act("figures after this run"))
            say(f"{len(published.figures)} figures reconcile, edition {published.edition}")
        return published

    def _open_leaked_file(self, mapping: Mapping) -> LeakedList:
        with self._step("open the leaked file") as say:
            listing = leaked_list(open_file(self._inputs.facts.leaked_file), mapping)
            rows = sum(len(table.rows) for table in listing.tables)
            hidden = sum(len(table.hidden_rows) for table in listing.tables)
            say(f"{rows:,} rows, {hidden:,} of them hidden; {len(listing.not_mapped)} other tables")
        return listing

    def _open_incident(self) -> Incident:
        with self._step("open the incident") as say:
            opened = open_incident(facts=self._inputs.facts, act=self.act("a leak has been reported"))
            say(f"{opened.incident.reference}{', which stands already' if opened.already else ''}")
        return opened.incident

    def _assess(self, incident: Incident) -> AssessedExposure:
        with self._step("assess exposure") as say:
            assessed = assess_exposure(
                incident=incident,
                assess=lambda: self._assessment(incident),
                act=self.act("find out who could have read it"),
            )
            record = assessed.record
            say(f"{record.requests:,} requests, {assessed.obtained:,} recipients, {len(record.holes)} holes")
        return assessed

    def _assessment(self, incident: Incident) -> ExposureAssessment:
        if not incident.url:
            return assess_direct_disclosure(begins=incident.exposed_from, ends=incident.removed_at)
        size = self._inputs.facts.leaked_file.stat().st_size
        return assess(self._inputs.logs, request=replace(self._request(), leaked_size=size))

    def _request(self) -> AssessmentRequest:
        inputs, facts = self._inputs, self._inputs.facts
        return AssessmentRequest(
            url=facts.url,
            begins=facts.exposed_from,
            ends=facts.removed_at,
            stated_size=inputs.document_size,
            own_networks=inputs.own_networks,
            monitor_agents=inputs.monitor_agents,
        )

    def _identify(
        self, incident: Incident, listing: LeakedList, registry: Registry, mapping: Mapping
    ) -> IdentifiedPeople:
        with self._step("identify the affected") as say:
            identified = identify_affected(
                incident=incident,
                listing=listing,
                registry=registry,
                mapping=mapping,
                act=self.act("link rows to the registry"),
            )
            outcomes = ", ".join(f"{count:,} {name}" for name, count in identified.outcomes.items())
            say(f"{identified.persons:,} people ({outcomes})")
        return identified

    @contextmanager
    def _step(self, name: str) -> Iterator[Callable[[str], None]]:
        said: list[str] = [""]
        began = perf_counter()
        yield lambda text: said.__setitem__(0, text)
        seconds = perf_counter() - began
        self.seconds[name] = seconds
        self._report(name, said[0], seconds)


def _share(planned: PlannedRemedies) -> str:
    return "100 %" if planned.coverage.complete else "incomplete"
