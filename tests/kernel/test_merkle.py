"""The tree of hashes, against the reference tree of RFC 9162 and by trying every leaf of every small tree."""

import pytest

from tongguan.kernel.merkle import EMPTY, leaf_hash, proof, proves, root

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
