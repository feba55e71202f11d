"""The tree of hashes, against the reference tree of RFC 9162 and by trying every leaf of every small tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.kernel.merkle import (
    EMPTY,
    grew,
    joined,
    leaf_hash,
    proof,
    proves,
    root,
    subtrees,
    way_between,
    way_in,
)

# The test vectors of Certificate Transparency (RFC 6962 and 9162 share the tree).
CONTENTS = [
    bytes.fromhex(written)
    for written in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots(size):
    assert root([leaf_hash(content) for content in CONTENTS[:size]]).hex() == ROOTS[size - 1]


def test_a_tree_without_leaves():
    assert root([]) == EMPTY


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_provable_and_no_other_in_its_place(size):
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    top = root(leaves)
    for place in range(size):
        way = proof(leaves, place)
        assert proves(leaves[place], place, size, way, top)
        assert not proves(leaf_hash(b"other"), place, size, way, top)
        assert not proves(leaves[place], place, size, [*way, top], top)
        assert not way or not proves(leaves[place], place, size, way[:-1], top)
        for other in range(size):
            assert other == place or not proves(leaves[place], other, size, way, top)


def test_a_place_that_is_not_there():
    with pytest.raises(IndexError):
        proof([leaf_hash(b"")], 1)
    assert not proves(leaf_hash(b""), 1, 1, [], root([leaf_hash(b"")]))


# Proofs of the same tree as the reference implementation of Certificate Transparency publishes them.
PUBLISHED_WAYS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
PUBLISHED_GROWTH = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def hashes(ranges, leaves):
    """The roots a way asks for, put together from complete subtrees as a stored tree has them."""
    kept = {one: root(leaves[one.place << one.level : (one.place + 1) << one.level])
            for start, end in ranges for one in subtrees(start, end)}  # fmt: skip
    return [joined([kept[one] for one in subtrees(start, end)]) for start, end in ranges]


@pytest.mark.parametrize(("place", "size"), PUBLISHED_WAYS)
def test_the_published_inclusion_proofs(place, size):
    leaves = [leaf_hash(content) for content in CONTENTS[:size]]
    assert [one.hex() for one in hashes(way_in(place, size), leaves)] == PUBLISHED_WAYS[place, size]
    assert [one.hex() for one in proof(leaves, place)] == PUBLISHED_WAYS[place, size]


@pytest.mark.parametrize(("first", "second"), PUBLISHED_GROWTH)
def test_the_published_consistency_proofs(first, second):
    leaves = [leaf_hash(content) for content in CONTENTS[:second]]
    assert [one.hex() for one in hashes(way_between(first, second), leaves)] == PUBLISHED_GROWTH[first, second]


def test_every_small_tree_grows_into_every_larger_one_and_into_no_other():
    leaves = [leaf_hash(bytes([n])) for n in range(41)]
    roots = [root(leaves[:size]) for size in range(41)]
    other = leaf_hash(b"other")
    for second in range(41):
        for first in range(second + 1):
            way = hashes(way_between(first, second), leaves)
            assert len(way) <= 2 * second.bit_length()
            assert grew(first, second, way, roots[first], roots[second])
            assert not grew(first, second, [*way, other], roots[first], roots[second])
            assert not grew(first, second, way, other, roots[second])
            assert first == 0 or not grew(first, second, way, roots[first], other)
            assert not way or not grew(first, second, way[:-1], roots[first], roots[second])
            for n in range(len(way)):
                changed = [*way[:n], bytes([way[n][0] ^ 1]) + way[n][1:], *way[n + 1 :]]
                assert not grew(first, second, changed, roots[first], roots[second])


@given(size=st.integers(1, 300), data=st.data())
def test_a_proof_from_kept_subtrees_is_that_of_the_whole_list(size, data):
    leaves = [leaf_hash(n.to_bytes(2, "big")) for n in range(size)]
    place = data.draw(st.integers(0, size - 1))
    way = hashes(way_in(place, size), leaves)
    assert way == proof(leaves, place) and proves(leaves[place], place, size, way, root(leaves))
    assert joined([root(leaves[one.place << one.level : (one.place + 1) << one.level])
                   for one in subtrees(0, size)]) == root(leaves)  # fmt: skip
    first = data.draw(st.integers(0, size))
    assert grew(first, size, hashes(way_between(first, size), leaves), root(leaves[:first]), root(leaves))


@given(place=st.integers(0, 10**15), more=st.integers(1, 10**15))
def test_a_proof_in_a_huge_log_asks_for_few_hashes(place, more):
    size = place + more
    asked = [one for start, end in way_in(place, size) for one in subtrees(start, end)]
    assert len(asked) <= 2 * size.bit_length() and len(set(asked)) == len(asked)
    asked = [one for start, end in way_between(place, size) for one in subtrees(start, end)]
    assert len(asked) <= 4 * size.bit_length()


def test_a_tree_does_not_shrink():
    with pytest.raises(IndexError):
        way_between(3, 2)
    assert not grew(3, 2, [], EMPTY, EMPTY) and not grew(2, 5, [], EMPTY, EMPTY)
