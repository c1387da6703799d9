"""One set of facts, four regimes: gravest first, never by count, and no fact that is added lowers anything."""

from __future__ import annotations

import inspect
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.remedy.harm.assessing import assess, regimes
from amends.remedy.harm.facts import LEVELS, TOP, facts_of_kinds, joined, questions
from amends.scan.identifiers.rules import load_rules
from amends.vocabulary.errors import IncompleteError, UsageError

MILDEST = {
    name: (min(question.answers.values(), key=lambda answer: LEVELS.index(answer.level)).name,)
    for name, question in questions().items()
}
LETHAL = ("context", "membership_endangers_life"), ("population", "risk_to_life")


def rank(level: str) -> int:
    return LEVELS.index(level)


@st.composite
def complete_facts(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(draw(st.sets(st.sampled_from(sorted(question.answers)), min_size=1)))
        for name, question in questions().items()
    }


@given(facts=complete_facts(), more=complete_facts())
def test_a_fact_that_is_added_never_lowers_anything(facts, more):
    before, after = assess(facts), assess(joined(facts, more))
    assert rank(after.severity) >= rank(before.severity)
    for one, two in zip(before.findings, after.findings, strict=True):
        assert rank(two.level) >= rank(one.level)
        assert two.notify >= one.notify
        assert two.applies >= one.applies
        for factor_before, factor_after in zip(one.factors, two.factors, strict=True):
            assert rank(factor_after.level) >= rank(factor_before.level)


@pytest.mark.parametrize(("question", "answer"), LETHAL)
def test_where_one_life_is_at_risk_every_regime_is_at_the_top_however_mild_the_rest(question, answer):
    found = assess({**MILDEST, question: (answer,)})
    assert found.severity == TOP
    assert {finding.level for finding in found.findings} == {TOP}
    assert all(finding.notify for finding in found.findings)


def test_the_number_of_people_takes_no_part():
    assert list(inspect.signature(assess).parameters) == ["facts"]


def test_the_mildest_facts_are_low_everywhere_and_nothing_is_to_be_notified():
    found = assess(MILDEST)
    assert {finding.regime: finding.level for finding in found.findings if finding.level != "low"} == {}
    assert not any(finding.notify for finding in found.findings)


def test_every_table_grows_with_severity_and_with_likelihood_and_its_last_row_is_the_top():
    for regime in regimes():
        assert [len(row) for row in regime.table] == [len(LEVELS)] * len(LEVELS)
        for row, column in product(range(4), range(3)):
            assert rank(regime.table[row][column]) <= rank(regime.table[row][column + 1]), regime.name
            assert rank(regime.table[column][row]) <= rank(regime.table[column + 1][row]), regime.name
        assert set(regime.table[-1]) == {TOP}
        assert set(regime.conclusions) == set(LEVELS)
        assert regime.status == "unverified"


def test_omb_has_its_three_factors_and_hipaa_its_four():
    by_name = {regime.name: regime for regime in regimes()}
    assert set(by_name) == {"omb-m-17-12", "hipaa", "ca-pipeda", "gdpr"}
    assert (len(by_name["omb-m-17-12"].factors), len(by_name["hipaa"].factors)) == (3, 4)
    for regime in regimes():
        names = {factor.name for factor in regime.factors}
        assert set(regime.severity) | set(regime.likelihood) == names
        assert {q for factor in regime.factors for q in factor.questions} <= questions().keys()


def test_hipaa_comes_in_only_with_health_data():
    assert not assess(MILDEST).of("hipaa").applies
    assert assess({**MILDEST, "data_kinds": ("contact", "health")}).of("hipaa").applies


def test_a_rationale_names_the_gravest_reason_first():
    facts = {**MILDEST, "population": ("general", "minors"), "data_kinds": ("contact",)}
    (nature, *_) = assess(facts).of("gdpr").factors
    assert nature.level == "high"
    assert nature.rationale.startswith("There are minors among them.")


@pytest.mark.parametrize("question", sorted(questions()))
def test_a_question_without_an_answer_is_no_assessment(question):
    with pytest.raises(IncompleteError) as refused:
        assess({**MILDEST, question: ()})
    assert refused.value.code == "harm-unanswered"
    assert question in refused.value.message


@pytest.mark.parametrize("facts", [{**MILDEST, "colour": ("red",)}, {**MILDEST, "intent": ("luck",)}])
def test_an_answer_that_does_not_exist_is_refused(facts):
    with pytest.raises(UsageError) as refused:
        assess(facts)
    assert refused.value.code == "harm-answer-unknown"


def test_what_the_kinds_of_data_answer_are_answers_and_a_kind_that_nobody_classified_is_not_mild():
    for rule in load_rules():
        for question, answers in facts_of_kinds([rule.kind]).items():
            assert set(answers) <= questions()[question].answers.keys(), rule.kind
    assert facts_of_kinds(["column: Remarks"]) == {"data_kinds": ("unknown",)}
    assert facts_of_kinds(["fear-interview-result"])["data_kinds"] == ("protection_claim",)


def test_not_knowing_is_never_the_mildest_answer():
    for name, question in questions().items():
        if "unknown" in question.answers:
            assert rank(question.answers["unknown"].level) > 0, name


def only_by_count(persons: int) -> str:
    """The planted fault: a level that looks at how many there are."""
    return TOP if persons > 500 else "low"


def test_a_level_by_count_would_be_found():
    assert only_by_count(1) != assess({**MILDEST, "population": ("risk_to_life",)}).severity
