"""Who stands behind an address."""

from __future__ import annotations

import pytest

from amends.exposure.assessment import RecipientClass
from amends.exposure.readers import ReaderClassifier, is_crawler
from amends.vocabulary.errors import UsageError
from tests.unit.exposure.access_logs import BROWSER, GOOGLEBOT

CLASSIFIER = ReaderClassifier(own_networks=["192.0.2.0/24", "2001:db8::/32"], monitor_agents=["Uptime-Probe"])


@pytest.mark.parametrize(
    ("address", "agents", "expected"),
    [
        ("198.51.100.1", [BROWSER], RecipientClass.OUTSIDE),
        ("198.51.100.1", [GOOGLEBOT], RecipientClass.CRAWLER),
        ("198.51.100.1", [GOOGLEBOT, BROWSER], RecipientClass.OUTSIDE),
        ("198.51.100.1", ["uptime-probe/2"], RecipientClass.MONITOR),
        ("198.51.100.1", ["uptime-probe/2", BROWSER], RecipientClass.OUTSIDE),
        ("198.51.100.1", [""], RecipientClass.OUTSIDE),
        ("192.0.2.200", [GOOGLEBOT], RecipientClass.OWN),
        ("2001:db8::5", [BROWSER], RecipientClass.OWN),
        ("reader.example.net", [BROWSER], RecipientClass.OUTSIDE),
    ],
)
def test_networks_go_before_agents_and_one_browser_outweighs_them(address, agents, expected) -> None:
    assert CLASSIFIER.classify(address, agents) is expected


@pytest.mark.parametrize(
    "agent", ["curl/7.88.1", "Wget/1.21", "python-requests/2.28", "Scrapy/2.7", BROWSER, ""]
)
def test_a_tool_that_a_person_runs_is_no_crawler(agent: str) -> None:
    assert not is_crawler(agent)


@pytest.mark.parametrize(
    "agent", [GOOGLEBOT, "bingbot/2.0", "archive.org_bot", "AhrefsBot/6.1", "GPTBot/1.0"]
)
def test_search_engines_archives_and_model_builders_are_crawlers(agent: str) -> None:
    assert is_crawler(agent)


def test_without_monitors_an_empty_agent_is_no_monitor() -> None:
    classifier = ReaderClassifier(monitor_agents=[" "])
    assert classifier.classify("198.51.100.1", [""]) is RecipientClass.OUTSIDE


def test_a_network_that_is_none_is_refused_by_its_number() -> None:
    with pytest.raises(UsageError) as refused:
        ReaderClassifier(own_networks=["192.0.2.0/24", "our office"])
    assert refused.value.code == "own-network-invalid"
    assert "2" in str(refused.value) and "our office" not in str(refused.value)
