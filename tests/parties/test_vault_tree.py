"""Secrets of months that are given up one by one."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.parties import vault_tree
from tongguan.parties.vault_tree import TreeUnreadable, give_up, read, secret, without

MONTHS = st.integers(0, 2**vault_tree.BITS - 1)


@given(st.lists(MONTHS, max_size=12), MONTHS)
def test_what_was_given_up_cannot_be_made_and_all_others_stay_as_they_were(gone, other):
    root = {"": b"r" * 32}
    tree = root
    for month in gone:
        tree = without(tree, month)
    for month in gone:
        assert secret(tree, month) is None
    assert secret(tree, other) == (None if other in gone else secret(root, other))
    # No node that is left leads to what was given up, and none is left that leads nowhere new.
    for month in gone:
        assert not any(f"{month:016b}".startswith(bits) for bits in tree)


def test_months_given_up_in_their_order_leave_a_small_tree():
    tree = {"": b"r" * 32}
    for month in range(24_000, 24_360):  # thirty years
        tree = without(tree, month)
    assert len(tree) <= 2 * vault_tree.BITS
    assert secret(tree, 24_360) is not None


def test_two_months_have_two_secrets():
    tree = {"": b"r" * 32}
    assert len({secret(tree, month) for month in range(2_000)}) == 2_000


def test_the_file_is_made_once_and_is_the_owners_alone(tmp_path: Path):
    path = tmp_path / "secrets" / "months"
    first = read(path)
    assert read(path) == first and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert give_up(path, 24_000) and not give_up(path, 24_000)
    assert secret(read(path), 24_000) is None and secret(read(path), 24_001) == secret(first, 24_001)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first[""].hex() not in path.read_text()


def test_many_who_give_up_at_once_lose_none(tmp_path: Path):
    path = tmp_path / "months"
    read(path)
    threads = [threading.Thread(target=give_up, args=(path, 24_000 + n)) for n in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert all(secret(read(path), 24_000 + n) is None for n in range(12))


@pytest.mark.parametrize("written", ["", "[]", "{", '{"": "00"}', '{"2": "%s"}' % ("0" * 64), '{"": 1}'])
def test_a_damaged_file_is_told_and_never_replaced(tmp_path: Path, written: str):
    path = tmp_path / "months"
    path.write_text(written)
    with pytest.raises(TreeUnreadable) as refused:
        read(path)
    assert str(path) in refused.value.text("zh") and str(path) in refused.value.text("en")
    assert path.read_text() == written


def test_of_many_threads_that_find_no_file_one_makes_it_and_all_read_the_same(tmp_path: Path):
    """A draft that two threads share would be changed after the first has it in use, and what it sealed were lost."""
    for turn in range(20):
        path, start, found = tmp_path / str(turn) / "months", threading.Barrier(8), []

        def one(path: Path = path, start: threading.Barrier = start, found: list = found) -> None:
            start.wait()
            found.append(read(path))

        threads = [threading.Thread(target=one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 8 and all(tree == found[0] == read(path) for tree in found)
        assert [left.name for left in path.parent.iterdir()] == ["months"]
