"""A tree of which only the root is known still shows what stands in it, and that it only ever grew."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    hash_level,
    leaf_hash,
    perfect_root,
    verify_consistency,
    verify_inclusion,
)

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The eight leaves with which the reference implementation of Certificate Transparency is tested."""
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
sizes = st.integers(1, 70)
places = st.tuples(sizes, st.integers(0, 69)).map(lambda drawn: (drawn[0], drawn[1] % drawn[0]))
"""A size, and the place of a leaf in a tree of it."""


def rising(count: int) -> st.SearchStrategy[list[int]]:
    """Sizes in rising order; two may be the same."""
    return st.lists(sizes, min_size=count, max_size=count).map(sorted)


def data(count: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in range(count)]


def oracle_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + oracle_root(leaves[:k]) + oracle_root(leaves[k:])).digest()


def oracle_path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*oracle_path(m, leaves[:k]), oracle_root(leaves[k:])]
    return [*oracle_path(m - k, leaves[k:]), oracle_root(leaves[:k])]


def oracle_proof(m: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [oracle_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*oracle_proof(m, leaves[:k], whole=whole), oracle_root(leaves[k:])]
    return [*oracle_proof(m - k, leaves[k:], whole=False), oracle_root(leaves[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_the_reference_implementation(size):
    assert Tree(LEAVES[:size]).root().hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert Tree([]).root() == Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


def test_the_audit_paths_are_those_of_the_reference_implementation():
    tree = Tree(LEAVES)
    assert [h.hex() for h in tree.inclusion_proof(0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [h.hex() for h in tree.consistency_proof(1, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


@given(size=sizes)
def test_root_and_frontier_agree_with_the_words_of_the_rfc(size):
    leaves = data(size)
    frontier = Frontier()
    frontier.extend(leaves)
    assert Tree(leaves).root() == frontier.root() == oracle_root(leaves)
    assert (frontier.size, len(frontier.roots)) == (size, size.bit_count())


@given(place=places)
def test_a_frontier_that_was_put_away_goes_on_growing_as_if_it_had_not_been(place):
    size, early = place
    leaves = data(size)
    begun = Frontier()
    begun.extend(leaves[:early])
    taken_up = Frontier(begun.size, begun.roots)
    taken_up.extend(leaves[early:])
    assert taken_up.root() == oracle_root(leaves)
    assert begun.root() == oracle_root(leaves[:early])


@given(blocks=st.integers(0, 6), rest=st.integers(0, 7))
def test_whole_subtrees_can_be_added_at_once(blocks, rest):
    leaves = data(blocks * 8 + rest)
    frontier = Frontier()
    for begin in range(0, blocks * 8, 8):
        frontier.add_subtree(perfect_root([leaf_hash(leaf) for leaf in leaves[begin : begin + 8]]), 3)
    frontier.extend(leaves[blocks * 8 :])
    assert frontier.root() == oracle_root(leaves)


def test_a_subtree_is_refused_where_the_tree_does_not_end_on_its_edge():
    frontier = Frontier()
    frontier.add(b"x")
    with pytest.raises(ValueError, match="multiple"):
        frontier.add_subtree(b"\0" * 32, 3)


def test_a_frontier_with_too_few_hashes_is_refused():
    with pytest.raises(ValueError, match="each bit"):
        Frontier(3, [b"\0" * 32])


def test_a_level_of_an_odd_number_of_nodes_is_a_mistake():
    with pytest.raises(ValueError, match="shorter"):
        hash_level([b"\0" * 32] * 3)


@given(place=places, more=st.integers(0, 20))
def test_every_entry_has_its_proof_in_every_tree_that_holds_it(place, more):
    size, index = place
    leaves = data(size + more)
    proof = Tree(leaves).inclusion_proof(index, size)
    assert list(proof) == oracle_path(index, leaves[:size])
    root = oracle_root(leaves[:size])
    assert verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=root)


@given(place=places, data_=st.data())
def test_a_proof_shows_no_other_entry_place_size_or_root(place, data_):
    size, index = place
    leaves = data(size)
    proof, root = Tree(leaves).inclusion_proof(index), oracle_root(leaves)
    good = {"leaf": leaves[index], "index": index, "size": size, "proof": proof, "root": root}
    other_index = data_.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    assert not verify_inclusion(**{**good, "index": other_index})
    assert not verify_inclusion(**{**good, "leaf": b"another"})
    assert not verify_inclusion(**{**good, "root": hashlib.sha256(b"another").digest()})
    assert not verify_inclusion(**{**good, "proof": (*proof, root)})
    for at in range(len(proof)):
        assert not verify_inclusion(**{**good, "proof": (*proof[:at], *proof[at + 1 :])})
        bent = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        assert not verify_inclusion(**{**good, "proof": (*proof[:at], bent, *proof[at + 1 :])})
        assert not verify_inclusion(**{**good, "proof": (*proof[:at], proof[at][:31], *proof[at + 1 :])})


@given(rising=rising(3))
def test_every_earlier_tree_is_shown_to_be_the_beginning_of_every_later_one(rising):
    first, second, total = rising
    leaves = data(total)
    proof = Tree(leaves).consistency_proof(first, second)
    assert list(proof) == oracle_proof(first, leaves[:second])
    assert verify_consistency(
        first=first,
        second=second,
        first_root=oracle_root(leaves[:first]),
        second_root=oracle_root(leaves[:second]),
        proof=proof,
    )


@given(place=places, more=st.integers(1, 20))
def test_a_tree_in_which_one_early_leaf_was_changed_is_consistent_with_no_proof(place, more):
    first, changed = place
    second = first + more
    honest = data(second)
    forged = [b"another" if n == changed else leaf for n, leaf in enumerate(honest)]
    for leaves in (honest, forged):
        assert not verify_consistency(
            first=first,
            second=second,
            first_root=oracle_root(honest[:first]),
            second_root=oracle_root(forged),
            proof=Tree(leaves).consistency_proof(first, second),
        )


@given(first=sizes, more=st.integers(1, 20))
def test_a_bent_cut_or_lengthened_consistency_proof_shows_nothing(first, more):
    second = first + more
    leaves = data(second)
    proof = Tree(leaves).consistency_proof(first)
    roots = {"first_root": oracle_root(leaves[:first]), "second_root": oracle_root(leaves)}
    bent = [(*proof[:n], bytes([h[0] ^ 1]) + h[1:], *proof[n + 1 :]) for n, h in enumerate(proof)]
    cut = [(*proof[:n], *proof[n + 1 :]) for n in range(len(proof))]
    for wrong in (*bent, *cut, (*proof, proof[0]), ()):
        assert not verify_consistency(first=first, second=second, proof=wrong, **roots)


def test_a_larger_tree_is_never_the_beginning_of_a_smaller_one():
    root = oracle_root(data(3))
    assert not verify_consistency(first=3, second=2, first_root=root, second_root=root, proof=())
    assert not verify_consistency(first=0, second=2, first_root=EMPTY_ROOT, second_root=root, proof=())


@pytest.mark.parametrize(("index", "size"), [(5, 5), (-1, 5), (0, 9)])
def test_there_is_no_proof_of_what_is_not_in_the_tree(index, size):
    with pytest.raises(ValueError, match="tree"):
        Tree(data(8)).inclusion_proof(index, size)


@pytest.mark.parametrize(("first", "second"), [(0, 5), (6, 5), (1, 9)])
def test_there_is_no_consistency_with_nothing_or_with_a_smaller_tree(first, second):
    with pytest.raises(ValueError, match="tree"):
        Tree(data(8)).consistency_proof(first, second)
