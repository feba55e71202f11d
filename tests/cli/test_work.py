"""`tongguan work --once` says how many jobs it did; the jobs themselves are tested with the worker."""

from __future__ import annotations

import pytest

from tongguan.server import prepare, worker


@pytest.mark.django_db
def test_once_says_how_many(tongguan, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(worker, "work", lambda *, once: 3 if once else 0)
    assert tongguan("work", "--once").out == "Jobs done: 3.\n"
    assert tongguan("work", "--once", "--lang", "zh").out == "已完成任务：3 项。\n"
    assert tongguan("work").out == ""


@pytest.mark.django_db
def test_it_refuses_tables_of_another_version(tongguan, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prepare, "unapplied_migrations", lambda: ["journal.0009"])
    ran = tongguan("work", "--once")
    assert (ran.status, "tongguan up --prepare" in ran.err) == (1, True)
