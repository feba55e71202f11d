"""The worked examples of disclosure and penalty: by the version of the day of disclosure, through one code path."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongguan.compliance import regimes
from tongguan.compliance.cases import ADVANCED, Case, Earlier
from tongguan.compliance.judging import judged
from tongguan.compliance.penalties import band
from tongguan.kernel.calendar import add_months
from tongguan.kernel.law import law
from tongguan.kernel.rules import Refused

D, DAY = Decimal, date.fromisoformat


def case(breach: str, disclosed: str, underpaid: str = "0", due: str = "0", kind: str = "tax", **more) -> Case:
    return Case(kind, DAY(breach), DAY(disclosed), D(underpaid), D(due), **more)


def outcome(of: Case) -> tuple[str, list[str]]:
    found = judged(of)
    assert all("{" not in one.text(lang) for one in found.findings for lang in ("zh", "en"))
    return found.outcome, [one.code for one in found.findings]


NO_127 = [
    (("2023-03-01", "2023-11-01", "280000", "1000000"), {}, "exempt", []),
    (("2023-03-01", "2023-11-01", "1200000", "5000000"), {}, "exempt", []),
    (("2023-03-01", "2023-11-01", "1200000", "3000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2023-03-01", "2023-11-01", "1500000", "5000000"), {}, "exempt", []),  # exactly 30 %
    (("2023-03-01", "2023-11-01", "1500000.01", "5000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2023-03-01", "2023-11-01", "1000000", "1000000"), {}, "exempt", []),  # exactly 1,000,000
    (("2022-01-01", "2024-02-01", "1000", "1000000"), {}, "not_exempt", ["DISC_LATE"]),  # 25 months
    (("2023-09-01", "2024-02-01", "90000000", "90000000"), {}, "exempt", []),  # 5 months, any amount
    (("2023-03-01", "2023-11-01", "280000", "1000000"), {"against": {"notice"}}, "not_disclosure", ["DISC_NOTICE"]),
    (("2023-03-01", "2023-11-01", "1", "2"), {"against": {"lead", "untrue"}}, "not_disclosure", ["DISC_LEAD", "DISC_UNTRUE"]),
    (("2023-05-10", "2023-11-10", "2000000", "3000000"), {}, "exempt", []),  # the last day of six months
    (("2023-05-10", "2023-11-11", "2000000", "3000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2022-03-01", "2024-03-01", "300000", "1000000"), {}, "exempt", []),  # the last day of two years
    (("2022-03-01", "2024-03-02", "300000", "1000000"), {}, "not_exempt", ["DISC_LATE"]),
    (("2023-03-01", "2023-11-01", "1200000", "3000000", "export_refund"), {}, "mitigated", ["DISC_OVER"]),
    (("2023-12-10", "2023-12-31", "0", "0", "statistics"), {"affected": D(10000000)}, "exempt", []),
    (("2023-12-10", "2023-12-31", "0", "0", "statistics"), {"affected": D("10000000.01")}, "mitigated", ["DISC_STATISTICS"]),
    (("2023-12-10", "2024-03-31", "0", "0", "statistics"), {"affected": D(5000000)}, "exempt", []),
    (("2023-12-10", "2024-01-01", "0", "0", "statistics"), {"affected": D(5000001)}, "mitigated", ["DISC_STATISTICS"]),
    (("2023-12-10", "2024-04-01", "0", "0", "statistics"), {"affected": D(1)}, "not_exempt", ["DISC_LATE"]),
    (("2023-12-10", "2024-04-01", "0", "0", "processing_trade"), {"conditions": {"kept"}}, "exempt", []),
    (("2023-12-10", "2024-04-01", "0", "0", "processing_trade"), {"conditions": set()}, "mitigated", ["DISC_SURPLUS"]),
    (("2023-12-10", "2024-04-01", "0", "0", "order"), {"conditions": {"corrected"}}, "exempt", []),
    (("2023-12-10", "2024-04-01", "0", "0", "order"), {"conditions": set()}, "mitigated", ["DISC_CORRECTED"]),
    (("2023-12-10", "2024-04-01", "0", "0", "inspection"), {"conditions": {"corrected"}}, "exempt", []),
    (("2023-12-10", "2024-04-01", "0", "0", "formality"), {"conditions": {"corrected"}}, "mitigated", ["DISC_AFFECTS"]),
]  # fmt: skip
OTHERS = [
    # 2019 No. 161
    (("2019-08-01", "2019-11-01", "900000", "1000000"), {}, "exempt", []),
    (("2019-08-01", "2019-11-02", "900000", "1000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2019-08-01", "2021-11-02", "100000", "1000000"), {}, "exempt", []),  # exactly 10 %, and no last day
    (("2019-08-01", "2021-11-02", "500000", "1000000"), {}, "exempt", []),
    (("2019-08-01", "2021-11-02", "500001", "1000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2019-08-01", "2021-11-02", "0", "0", "statistics"), {"affected": D(1)}, "not_exempt", ["DISC_NOT_COVERED"]),
    # 2022 No. 54
    (("2022-02-01", "2022-08-01", "2000000", "3000000"), {}, "exempt", []),
    (("2022-02-01", "2023-02-01", "900000", "3000000"), {}, "exempt", []),
    (("2022-02-01", "2023-02-02", "1", "3000000"), {}, "not_exempt", ["DISC_LATE"]),
    (("2022-02-01", "2022-10-01", "1200000", "3000000"), {}, "mitigated", ["DISC_OVER"]),
    # 2024 No. 87, for advanced certified firms only
    (("2024-03-01", "2024-12-20", "1200000", "3000000"), {"grade": ADVANCED}, "exempt", []),
    (("2024-03-01", "2024-12-20", "1200000", "3000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2023-11-01", "2024-07-21", "1200000", "3000000"), {"grade": ADVANCED}, "mitigated", ["DISC_OVER"]),
    (("2023-07-22", "2024-07-22", "1200000", "3000000"), {"grade": ADVANCED}, "exempt", []),
    (("2023-07-21", "2024-07-22", "1200000", "3000000"), {"grade": ADVANCED}, "mitigated", ["DISC_OVER"]),
    # 2025 No. 194, and the day it took the place of No. 127
    (("2025-03-01", "2026-01-05", "2000000", "3000000"), {}, "exempt", []),
    (("2024-12-01", "2025-10-10", "2000000", "3000000"), {}, "mitigated", ["DISC_OVER"]),
    (("2024-12-01", "2025-10-11", "2000000", "3000000"), {}, "exempt", []),
    (("2024-12-01", "2026-11-30", "900000", "3000000"), {}, "exempt", []),
    (("2024-12-01", "2026-12-02", "900000", "3000000"), {}, "not_exempt", ["DISC_LATE"]),
    # S11
    (("2025-01-10", "2025-08-20", "280000", "1000000"), {}, "exempt", []),
]  # fmt: skip


@pytest.mark.measure("M0-12.5")
@pytest.mark.parametrize("told, more, wanted, codes", NO_127 + OTHERS)
def test_worked(told, more, wanted, codes):
    more = {name: frozenset(one) if isinstance(one, set) else one for name, one in more.items()}
    assert outcome(case(*told, **more)) == (wanted, codes)


def test_which_version_and_which_month():
    found = judged(case("2025-01-10", "2025-08-20", "280000", "1000000"))
    assert (found.month, found.tier, found.share) == (8, 2, D("0.28"))
    assert (found.free_until, found.until) == (DAY("2025-07-10"), DAY("2027-01-10"))
    assert "2024年第87号" in found.version["title"]  # in force beside No. 127
    found = judged(case("2025-03-01", "2026-01-05", "2000000", "3000000"))
    assert (found.month, found.tier, found.may_waive_surcharge) == (11, 1, True)
    assert "2025年第194号" in found.version["title"]


EARLIER = Earlier(DAY("2024-02-01"), "price", "art 15(4)")


@pytest.mark.parametrize("disclosed, nature, clause, codes", [
    ("2025-02-01", "price", "art 15(4)", ["DISC_REPEAT"]),  # the last day of twelve months
    ("2025-02-02", "price", "art 15(4)", []),
    ("2024-12-01", "price", "art 15(2)", []),
    ("2024-12-01", "code", "art 15(4)", []),
])  # fmt: skip
def test_DISC_REPEAT_within_twelve_running_months(disclosed, nature, clause, codes):
    of = case("2024-10-01", disclosed, "100", "1000", nature=nature, clause=clause, earlier=(EARLIER,))
    assert outcome(of) == ("not_disclosure" if codes else "exempt", codes)


@pytest.mark.parametrize("goods, codes", [({"8479899990"}, ["DISC_ROYALTY_REPEAT"]), ({"3304990029"}, [])])
def test_DISC_ROYALTY_REPEAT_for_the_same_goods(goods, codes):
    before = Earlier(DAY("2022-02-01"), "", "", True, frozenset({"8479899990"}))
    of = case("2024-10-01", "2024-12-01", "1", "2", royalty=True, goods=frozenset(goods), earlier=(before,))
    assert outcome(of)[1] == codes
    of = case("2022-10-01", "2022-12-01", "1", "2", royalty=True, goods=frozenset(goods), earlier=(before,))
    assert outcome(of)[1] == []  # No. 54 did not leave it out


@pytest.mark.parametrize("told, code, pointer", [
    (("2027-01-01", "2027-07-01", "1", "2"), "DISC_NO_LAW", "disclosed"),
    (("2019-01-01", "2019-10-16", "1", "2"), "DISC_NO_LAW", "disclosed"),
    (("2026-01-02", "2026-01-01", "1", "2"), "DISC_DAYS", "breach"),
    (("2026-01-01", "2026-01-01", "3", "2"), "DISC_AMOUNT", "underpaid"),
    (("2026-01-01", "2026-01-01", "-1", "2"), "DISC_AMOUNT", "underpaid"),
    (("2026-01-01", "2026-01-01", "1", "2.001"), "DISC_AMOUNT", "due"),
    (("2026-01-01", "2026-01-01", "NaN", "2"), "DISC_AMOUNT", "underpaid"),
    (("2026-01-01", "2026-01-01", "1", "1E+30"), "DISC_AMOUNT", "due"),
    (("2026-01-01", "2026-01-01", "0", "2"), "DISC_AMOUNT_MISSING", "underpaid"),
    (("2026-01-01", "2026-01-01", "0", "0", "statistics"), "DISC_AMOUNT_MISSING", "affected"),
    (("2026-01-01", "2026-01-01", "1", "2", "theft"), "DISC_KIND", "kind"),
])  # fmt: skip
def test_what_cannot_be_judged_says_why(told, code, pointer):
    with pytest.raises(Refused) as raised:
        judged(case(*told))
    assert (code, pointer) in [(one.code, one.pointer) for one in raised.value.findings]
    assert all("{" not in one.text(lang) for one in raised.value.findings for lang in ("zh", "en"))


@pytest.mark.measure("M0-12.5")
@given(st.integers(0, 2811), st.integers(0, 1500), st.integers(1, 5_000_000), st.integers(0, 5_000_000), st.booleans())
def test_any_day_is_judged_by_its_own_law(since, gap, underpaid, more, advanced):
    """One code path for every day: what the law of the day of disclosure says is worked out here once more."""
    on = date(2019, 10, 17) + timedelta(days=since)
    breach = on - timedelta(days=gap)
    grade = ADVANCED if advanced else "regular"
    found = judged(Case("tax", breach, on, D(underpaid), D(underpaid + more), grade=grade))
    months = law(regimes.FREE, on=on).value
    later, limits = law(regimes.LATER, on=on).value.get("any"), law(regimes.LIMITS, on=on).value
    free = on <= add_months(breach, months.get(grade, months["any"]))
    within = later is None or on <= add_months(breach, later)
    small = D(underpaid) <= limits["share"] * (underpaid + more) or underpaid <= limits["amount"]
    wanted = "exempt" if free or (within and small) else "mitigated" if within else "not_exempt"
    assert found.outcome == wanted
    assert found.version == law(regimes.FREE, on=on).reference


@pytest.mark.parametrize("kind, base, share, who, wanted", [
    ("tax", "280000", "0.28", "firm", ("84000.00", "560000.00", False, False)),
    ("tax", "249999.99", "0.0999", "firm", ("75000.00", "499999.98", False, True)),
    ("tax", "250000", "0.09", "firm", ("75000.00", "500000.00", False, False)),
    ("tax", "249999", "0.10", "firm", ("74999.70", "499998.00", False, False)),
    ("tax", "49999", "0.01", "person", ("14999.70", "99998.00", False, True)),
    ("tax", "50000", "0.01", "person", ("15000.00", "100000.00", False, False)),
    ("export_refund", "1000000", "0.10", "firm", ("100000.00", "500000.00", False, True)),
    ("export_refund", "1000000", "0.11", "firm", ("100000.00", "500000.00", False, False)),
    ("licence", "1000000", "0", "firm", ("50000.00", "300000.00", False, False)),
    ("statistics", "0", "0", "firm", ("1000.00", "10000.00", True, False)),
    ("order", "0", "0", "firm", ("1000.00", "30000.00", False, False)),
])  # fmt: skip
def test_penalty_bands(kind, base, share, who, wanted):
    found = band(kind, breach=date(2025, 3, 1), decided=date(2026, 1, 5), base=D(base), share=D(share), who=who)
    assert found is not None
    assert (str(found.least), str(found.most), found.warning, found.below) == wanted
    assert found.terms[0].reference["standing"] == "read"


def test_a_kind_without_a_band_is_not_guessed():
    assert band("inspection", breach=date(2025, 3, 1), decided=date(2026, 1, 5)) is None
    early = band("tax", breach=date(2020, 1, 1), decided=date(2020, 6, 1), base=D(10), share=D("0.01"))
    assert early is not None and not early.below
