"""Both sieves lead to the same findings, whatever the text: the plain one is the measure of the fast one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.scan.identifiers.engine import Engine, Span
from amends.scan.identifiers.lexicon import lexicon_of
from amends.scan.identifiers.plain_sieve import PlainSieve
from amends.scan.identifiers.rules import load_rules
from amends.scan.identifiers.text_detector import forms

pytest.importorskip("hyperscan")
from amends.scan.identifiers.hyperscan_sieve import HyperscanSieve

RULES = [text for _, text in forms()]
WORDS = lexicon_of(RULES)
PLAIN = Engine(RULES, PlainSieve(RULES, WORDS))
FAST = Engine(RULES, HyperscanSieve(RULES, WORDS))
EXAMPLES = [
    example
    for rule in load_rules()
    for text in rule.texts
    for example in (*text.examples, *text.counter_examples)
]
PIECES = st.one_of(
    st.sampled_from(EXAMPLES),
    st.sampled_from([word.spelling.decode() for word in WORDS]),
    st.text(max_size=12),
    st.text("0123456789", min_size=1, max_size=19),
    st.sampled_from([" ", "-", "\n", ": ", ", ", "=", "}", "_", "\u00a0", "\u2011", "x" * 300]),
    st.sampled_from(
        ["\uff15\uff13\uff16\uff0d\uff19\uff10\uff0d\uff14\uff13\uff19\uff19", "536\u201190\u20114399"]
    ),
)


def both(text: str) -> tuple[list[Span], list[Span]]:
    data = text.encode("utf-8", "replace")
    return PLAIN.spans(data), FAST.spans(data)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_leads_to_the_same(example: str) -> None:
    plain, fast = both(example)
    assert fast == plain


def test_all_examples_in_one_block_lead_to_the_same() -> None:
    plain, fast = both("\n".join(EXAMPLES) + " ".join(EXAMPLES))
    assert fast == plain
    assert len(plain) > len(EXAMPLES) // 4


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_any_mixture_leads_to_the_same(pieces: list[str]) -> None:
    plain, fast = both("".join(pieces))
    assert fast == plain


def test_a_kept_database_leads_to_the_same(tmp_path: Path) -> None:
    text = "\n".join(EXAMPLES).encode()
    first = Engine(RULES, HyperscanSieve(RULES, WORDS, tmp_path)).spans(text)
    kept = sorted(tmp_path.iterdir())
    again = Engine(RULES, HyperscanSieve(RULES, WORDS, tmp_path)).spans(text)
    assert len(kept) == 2
    assert again == first == PLAIN.spans(text)
    assert sorted(tmp_path.iterdir()) == kept


@pytest.mark.parametrize("content", [b"", b"no database", b"\0" * 4096])
def test_a_damaged_kept_database_is_made_anew(tmp_path: Path, content: bytes) -> None:
    text = b"SSN 536-90-4399"
    first = Engine(RULES, HyperscanSieve(RULES, WORDS, tmp_path)).spans(text)
    for file in tmp_path.iterdir():
        file.write_bytes(content)
    assert Engine(RULES, HyperscanSieve(RULES, WORDS, tmp_path)).spans(text) == first


def test_a_kept_database_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    HyperscanSieve(RULES, WORDS, tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(b"planted")
        file.chmod(0o666)
    assert Engine(RULES, HyperscanSieve(RULES, WORDS, tmp_path)).spans(b"SSN 536-90-4399") != []
