"""Customs look into origins and audit firms as chance draws them: trusted firms less often, and an alarm where not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.credit.given import FIRM, OFFICER, OTHER, at, graded, on, trader
from tests.declarations import made
from tests.declarations.conftest import _bank, port, window  # noqa: F401

from tongguan.credit.actions import set_pilot, tell_inspections, tell_volume
from tongguan.credit.cultivation import inspection_alarm
from tongguan.credit.models import InspectionMonth
from tongguan.credit.queries import draw_shares
from tongguan.inspections.declarations import draw_declarations
from tongguan.inspections.draws import NoKey, ensure_keys, secret
from tongguan.inspections.looks import actions as looking
from tongguan.inspections.models import Look
from tongguan.inspections.months import tell_month
from tongguan.journal.models import Event
from tongguan.kernel.draw import stream_selected
from tongguan.kernel.law import law
from tongguan.kernel.states import NotNow, NotYours

D = Decimal
DAY = on("2026-05-04")


@pytest.fixture
def every(monkeypatch):
    """Let the law look into everything, of everybody."""

    def named(name, on):
        return type("Value", (), {"value": D(1)}) if name.endswith("_share") else law(name, on=on)

    monkeypatch.setattr(looking, "law", named)


@pytest.mark.django_db
@pytest.mark.measure("M4-27.1", "M3-9.1")
class TestShares:
    @pytest.mark.parametrize("kind, wanted", [("origin", "0.002"), ("audit", "0.002"), ("inspection", "0.002")])
    def test_certified_firms_are_drawn_a_fifth_as_often(self, kind, wanted):
        graded("advanced", "2026-04-02")
        assert draw_shares([FIRM, OTHER], DAY, D("0.01"), kind) == {FIRM: D(wanted), OTHER: D("0.01")}

    def test_a_firm_of_the_pilot_is_inspected_and_audited_less(self):
        trader()
        set_pilot(FIRM, "联络员", since=on("2026-05-01"), by=OFFICER, at=at("2026-05-01"))
        shares = {kind: draw_shares([FIRM], DAY, D("0.01"), kind)[FIRM] for kind in ("inspection", "audit", "origin")}
        assert shares == {"inspection": D("0.002"), "audit": D("0.002"), "origin": D("0.01")}

    def test_dishonest_firms_are_audited_more(self):
        graded("dishonest", "2026-04-02", basis="smuggling")
        audits = [draw_shares([FIRM], DAY, D(base), "audit")[FIRM] for base in ("0.01", "0.5")]
        assert audits == [D("0.05"), D(1)] and draw_shares([FIRM], DAY, D("0.01"), "origin")[FIRM] == D("0.01")


@pytest.mark.django_db
@pytest.mark.measure("M4-27.1")
@pytest.mark.parametrize("kind", ["origin", "inspection"])
def test_the_ceiling_is_a_fifth_of_the_average_and_an_alarm_rings_above(kind):
    """The regular average is 2.5 %: 9 on 1,500 are 0.60 % over 0.50 %, and 7 are not."""
    found = inspection_alarm(9, 1500, D("0.025"), DAY, kind)
    assert (found.rate, found.ceiling, found.rings) == (D("0.006"), D("0.005"), True)
    assert not inspection_alarm(7, 1500, D("0.025"), DAY, kind).rings
    told = {"documents": 4000, "checks": 100, "trusted_documents": 1500, "trusted_checks": 9, "kind": kind}
    assert tell_inspections(on("2026-04-01"), at=at("2026-05-01"), **told).alarm
    rung = Event.objects.filter(what="credit.inspected_too_often")
    assert [one.details["kind"] for one in rung] == [kind]


@pytest.mark.measure("M4-27.1")
def test_an_origin_is_drawn_as_anybody_can_repeat_and_concluded(port, every):  # noqa: F811
    day = made.AT.date()
    ensure_keys(day, by=made.SYSTEM, at=made.AT)
    row = made.submitted()
    draw_declarations(at=made.AT)
    look = Look.objects.get()
    assert (look.kind, look.subject, look.uscc, look.day) == ("origin", str(row), made.TRADER, day)
    assert stream_selected(f"origin/{row}", secret(day), look.share) and look.value < look.share
    assert looking.look_into_origins([str(row)], day=day, key=secret(day), at=made.AT) == 0, "once a declaration"
    assert made.refused(looking.conclude_look, look.pk, "clear", " ", by=made.OFFICER, at=made.AT) == [
        ("LOOK_WORDS", "words")
    ]
    with pytest.raises(NotYours):
        looking.conclude_look(look.pk, "clear", "x", by=made.trader(), at=made.AT)
    done = looking.conclude_look(look.pk, "object", "原产地证与货物不符", by=made.OFFICER, at=made.AT)
    assert (done.state, done.words) == ("objected", "原产地证与货物不符")
    with pytest.raises(NotNow):
        looking.conclude_look(look.pk, "clear", "x", by=made.OFFICER, at=made.AT)
    tell_month(day, at=made.AT)
    told = InspectionMonth.objects.get(kind="origin")
    assert (told.documents, told.checks, told.trusted_documents) == (1, 1, 0)


@pytest.mark.django_db
@pytest.mark.measure("M3-9.1")
def test_audits_of_a_month_are_drawn_once(every):
    trader(), trader(OTHER)
    graded("advanced", "2026-04-02", OTHER)
    for code in (FIRM, OTHER):
        tell_volume(code, date(2026, 4, 1), "trader", 3)
    with pytest.raises(NoKey):
        looking.draw_audits(date(2026, 4, 1), DAY, at=at("2026-05-04"))
    ensure_keys(DAY, by=made.SYSTEM, at=at("2026-05-04"))
    drawn = looking.draw_audits(date(2026, 4, 1), DAY, at=at("2026-05-04"))
    shares = dict(Look.objects.values_list("uscc", "share"))
    assert shares[FIRM] == 1 and drawn == len(shares) and shares.get(OTHER, D("0.2")) == D("0.2")
    assert looking.draw_audits(date(2026, 4, 1), DAY, at=at("2026-05-04")) == 0
    tell_month(date(2026, 4, 1), at=at("2026-05-05"))
    told = InspectionMonth.objects.get(kind="audit")
    assert (told.documents, told.checks, told.trusted_documents) == (1, 1, 1)
