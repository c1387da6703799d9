"""One full drill and one small one, made once: what they hold is looked at from many sides."""

from __future__ import annotations

import pytest

from amends.drill.making import IncidentFiles, make_incident
from amends.drill.scenarios import Scenario


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return Scenario.load()


@pytest.fixture(scope="session")
def small_scenario(scenario: Scenario) -> Scenario:
    return scenario.scaled(300)


@pytest.fixture(scope="session")
def incident(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> IncidentFiles:
    """The default scenario in a registry of 20,000 people."""
    return make_incident(scenario, people=20_000, seed=11, out=tmp_path_factory.mktemp("incident"))


@pytest.fixture(scope="session")
def small_incident(small_scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> IncidentFiles:
    return make_incident(small_scenario, people=2_000, seed=11, out=tmp_path_factory.mktemp("small"))
