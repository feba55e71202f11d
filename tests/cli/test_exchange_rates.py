"""`tongguan exchange-rates` reads published rates in and shows those of a month."""

from __future__ import annotations

import pytest


def test_rates_are_read_in_and_shown(tongguan, db, tmp_path):
    path = tmp_path / "rates.csv"
    path.write_text("day,currency,yuan,per\n2026-02-24,USD,7.1,1\n2026-02-24,JPY,4.65,100\n", encoding="utf-8")
    named = ("--title", "Invented", "--standing", "design")
    assert "2 rates are added" in (ran := tongguan("exchange-rates", str(path), *named)).err + ran.out
    assert "0 rates are added; 2" in (ran := tongguan("exchange-rates", str(path), *named)).err + ran.out
    shown = tongguan("exchange-rates", "--month", "2026-03", "--json").json
    assert (shown["rate_day"], [row["currency"] for row in shown["rates"]]) == ("2026-02-24", ["116", "502"])
    assert "4.65" in tongguan("exchange-rates", "--month", "2026-03").out
    assert tongguan("exchange-rates", "--month", "2026-04").status == 1


@pytest.mark.parametrize(
    ("written", "said"), [("day\nx\n", "columns are missing"), ("day,currency,yuan\nx,USD,7\n", "RATES_UNREADABLE")]
)
def test_a_file_that_cannot_be_read_is_refused(tongguan, db, tmp_path, written, said):
    (tmp_path / "rates.csv").write_text(written, encoding="utf-8")
    ran = tongguan("exchange-rates", str(tmp_path / "rates.csv"), "--title", "x")
    assert ran.status in (1, 2) and said in ran.err
    assert tongguan("exchange-rates", str(tmp_path / "none.csv")).status == 2
    assert tongguan("exchange-rates", "--month", "soon").status == 2
