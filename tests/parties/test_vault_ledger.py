"""What was forgotten stays forgotten, whatever the database says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings

from tongguan.journal.models import Event
from tongguan.kernel.states import Actor
from tongguan.parties import vault, vault_ledger
from tongguan.parties.models import MonthKey
from tongguan.parties.vault_ledger import LedgerDamaged, Line, add, merged, read, write

OPERATOR = Actor("wang", "operator")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)
ID = b"11010519491231002X"


def test_lines_are_added_read_and_put_together(tmp_path: Path):
    one, other = tmp_path / "one", tmp_path / "other"
    add(one, Line(OCTOBER, AT, "王"))
    add(other, Line(OCTOBER, AT.replace(hour=10), "li"))
    add(other, Line(SEPTEMBER, AT, "li"))
    assert read(one) == [Line(OCTOBER, AT, "王")] and read(tmp_path / "none") == []
    assert merged([one, other, tmp_path / "none"]) == [Line(SEPTEMBER, AT, "li"), Line(OCTOBER, AT, "王")]
    write(one, merged([one, other]))
    assert len(read(one)) == 2


def test_a_line_that_was_cut_off_is_let_be_and_one_that_was_changed_is_told(tmp_path: Path):
    path = tmp_path / "ledger"
    add(path, Line(OCTOBER, AT, "li"))
    path.write_bytes(path.read_bytes() + b'{"month": "20')
    assert len(read(path)) == 1
    add(path, Line(SEPTEMBER, AT, "li"))
    assert [line.month for line in read(path)] == [OCTOBER, SEPTEMBER]
    path.write_bytes(path.read_bytes().replace(b"2026-10", b"2026-08", 1))
    with pytest.raises(LedgerDamaged) as refused:
        read(path)
    assert "1" in refused.value.text("zh") and str(path) in refused.value.text("en")


@pytest.mark.django_db(transaction=True)
def test_a_key_that_comes_back_with_a_backup_opens_nothing_and_is_destroyed_again():
    blob = vault.seal(ID, on=OCTOBER)
    kept = bytes(MonthKey.objects.get().wrapped)
    vault.forget(OCTOBER, by=OPERATOR, at=AT)
    MonthKey.objects.update(wrapped=kept, destroyed_at=None)  # as an older copy of the database has it
    vault.clear_cache()
    with pytest.raises(vault.Forgotten):
        vault.unseal(blob)
    assert vault.forget_again(by=OPERATOR, at=AT) == [OCTOBER]
    assert MonthKey.objects.get().wrapped is None
    assert vault.forget_again(by=OPERATOR, at=AT) == []
    assert Event.objects.filter(what="personal_data.forgotten").count() == 2
    assert [line.month for line in read(settings.FORGOTTEN)] == [OCTOBER]


@pytest.mark.django_db(transaction=True)
def test_what_another_machine_has_forgotten_is_given_up_here_too():
    blob = vault.seal(ID, on=OCTOBER)
    MonthKey.objects.update(wrapped=None, destroyed_at=AT)
    assert vault.forget_again(by=OPERATOR, at=AT) == []
    assert [line.month for line in read(settings.FORGOTTEN)] == [OCTOBER]
    vault.clear_cache()
    with pytest.raises(vault.Forgotten):
        vault.unseal(blob)


@pytest.mark.django_db(transaction=True)
def test_a_key_of_before_there_were_secrets_of_months_opens_and_is_put_under_one():
    from tongguan.kernel import seals
    from tongguan.parties import keys

    blob = vault.seal(ID, on=OCTOBER)
    row, number = MonthKey.objects.get(), 2026 * 12 + 9
    header = bytes([1]) + number.to_bytes(2, "big")
    plain = seals.unseal(bytes(row.wrapped), vault._wrapping(number), header)
    MonthKey.objects.update(wrapped=seals.seal(plain, keys.master(), header))
    vault.clear_cache()
    assert vault.unseal(blob) == ID
    assert (vault.rewrap(), vault.rewrap()) == (1, 0)
    vault.clear_cache()
    assert vault.unseal(blob) == ID


@pytest.mark.django_db(transaction=True)
def test_a_ledger_that_cannot_be_written_leaves_the_key(monkeypatch):
    vault.seal(ID, on=OCTOBER)

    def full(path: Path, line: Line) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(vault_ledger, "add", full)
    with pytest.raises(OSError):
        vault.forget(OCTOBER, by=OPERATOR, at=AT)
    assert MonthKey.objects.get().wrapped is not None
    assert not Event.objects.exists()
