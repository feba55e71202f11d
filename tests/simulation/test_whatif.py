"""What if: nothing changed is nothing different, and what is changed changes what it must, and no record."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from tests.conftest import ensure_tariff
from tests.simulation.conftest import AT, ON, run
from tests.simulation.conftest import OPERATOR as WINDOW

from tongguan.ecommerce.models import Inventory
from tongguan.kernel.law import Malformed
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import LANGUAGES
from tongguan.simulation.whatif import overlay, replay, written
from tongguan.simulation.whatif.results import COLUMNS
from tongguan.tariff.sources import FOLDER


@pytest.fixture(scope="module")
def filed(django_db_setup, django_db_blocker, tmp_path_factory):
    """A day with something of everything, committed once for the tests of this module; gives its summary."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DEMO", True)
        patch.setattr(settings, "TRIAL_KEYS", tmp_path_factory.mktemp("cards"))
        ensure_tariff(WINDOW, AT)
        yield run(seed=10, parcels=400)
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


@pytest.fixture
def day(filed, db):
    """The same day, to be asked."""
    return filed


def changed(folder, **values: str):
    """Replay the day with values of e-commerce changed."""
    return replay(written(folder, {f"ecommerce.{name}": v for name, v in values.items()}, ON), since=ON, until=ON)


def test_without_an_overlay_nothing_is_different(day):
    """The day has refusals, late documents, checks, withdrawals and returns."""
    result = replay(overlay(None), since=ON, until=ON)
    assert result.judged == Inventory.objects.exclude(judged_at=None).count() + sum(
        count for end, count in day.ends.items() if "LIMIT" in end or "PERSON_CAP" in end
    )
    assert (result.differences, result.unlike) == ([], 0) and result.was_tax == result.would_tax > 0


def test_a_doubled_yearly_limit_lets_in_who_was_refused(day, tmp_path):
    result = changed(tmp_path, annual_limit="52000")
    let_in = {one.order_no for one in result.differences if one.was == "ANNUAL_LIMIT" and one.would == "accepted"}
    assert len(let_in) == day.ends["refused -621018 ANNUAL_LIMIT"] > 0 and result.counts["let_in"] == len(let_in)
    assert all(one.would_tax > one.was_tax == 0 for one in result.differences)


def test_another_single_limit_taxes_one_article_in_full_and_refuses_the_others(day, tmp_path):
    result = changed(tmp_path, single_limit="1000")
    over = Inventory.objects.filter(judged_at__isnull=False, customs_value__gt=1000, customs_value__lte=5000)
    numbers = set(over.values_list("order_no", flat=True))
    assert {one.order_no for one in result.differences if one.was == "accepted"} == numbers
    counts = Counter(one.would for one in result.differences)
    assert counts["SINGLE_LIMIT"] and result.counts["taxed_more"] and result.unlike == 0


def test_another_share_of_taxes_is_what_the_law_would_levy(day, tmp_path):
    result = changed(tmp_path, tax_share="0.8")
    within = Inventory.objects.filter(judged_at__isnull=False, plan="within", consumption_tax=0, vat__gt=0)
    within = within.exclude(state="refused")  # by an officer, of those drawn: such a one has no lines any more
    assert result.counts["taxed_more"] == len(result.differences) > within.count() > 50
    taxes = {one.id: (one.was_tax, one.would_tax) for one in result.differences}
    for row in within:
        was, would = taxes[row.pk]
        assert was == int(row.tax * 100) and abs(would - was * 8 / 7) <= row.items.count()


def test_another_share_of_checks_is_drawn_by_the_same_key(day, tmp_path):
    fewer, more = changed(tmp_path / "0", check_share="0"), changed(tmp_path / "1", check_share="1")
    drawn = {one.id for one in fewer.differences}
    assert fewer.counts["not_drawn"] == len(drawn) and not fewer.unlike
    assert more.counts["drawn"] + len(drawn) == Inventory.objects.exclude(judged_at=None).count()


def test_another_quantity_of_a_person_lets_rice_in(day, tmp_path):
    result = changed(tmp_path, person_caps='{"1006": "40", "1701": "2"}')
    assert result.counts["let_in"] == day.ends["refused -621001 PERSON_CAP"] > 0 and result.unlike == 0


def test_rates_of_the_tariff_are_changed_line_by_line(day, tmp_path):
    (tmp_path / "tariff").mkdir()
    shutil.copy(FOLDER / "schedules.yaml", tmp_path / "tariff")
    (tmp_path / "tariff" / "bags.yaml").write_text(
        """title: {en: Bags, zh: 箱包}
groups:
  - since: 2020-01-01
    reference: tariff_2020_2026
    lines:
      - {code: "4202220000", zh: 手提包, en: Handbags, units: ["035", "007"], letters: "", mfn: 6%, general: 100%, vat: 9%}
""",
        encoding="utf-8",
    )
    result = replay(overlay(tmp_path), since=ON, until=ON)
    bags = Inventory.objects.filter(judged_at__isnull=False, items__gcode="4202220000").distinct()
    assert {one.id for one in result.differences} == set(bags.values_list("id", flat=True)) and bags.exists()
    assert result.counts["taxed_less"] == len(result.differences) and result.names == ("tariff",)


def test_a_replay_writes_nothing(day, tmp_path):

    def rows() -> dict[str, tuple]:
        tables = connection.introspection.table_names()
        with connection.cursor() as cursor:
            found = {}
            for table in tables:
                cursor.execute(
                    f"SELECT count(*), md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t"
                )
                found[table] = cursor.fetchone()
            return found

    before = rows()
    assert changed(tmp_path, annual_limit="1000", tax_share="1", check_share="1").differences
    assert rows() == before


def test_a_day_without_parcels_is_an_empty_result_and_any_limit_is_judged_soundly(day, tmp_path):
    result = replay(overlay(None), since=ON + timedelta(days=1), until=ON + timedelta(days=1))
    assert (result.judged, result.differences) == (0, [])
    chance = random.Random(1)
    for limit in (chance.randrange(500, 26000) for _ in range(3)):
        result = changed(tmp_path / str(limit), annual_limit=str(limit))
        assert result.unlike == 0


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ecommerce.anual_limit", "1", "NOT_REPLAYED"),
        ("ecommerce.return_ask_days", "1", "NOT_REPLAYED"),
        ("ecommerce.annual_limit", "many", "BAD_VALUE"),
        ("ecommerce.annual_limit", "", "BAD_VALUE"),
        ("ecommerce.person_caps", "{1006: [", "BAD_VALUE"),
        ("ecommerce.check_share", "NaN", "BAD_VALUE"),
        ("ecommerce.check_share", "2", "BAD_VALUE"),
        ("ecommerce.single_limit", "-1", "BAD_VALUE"),
    ],
)
def test_what_cannot_be_replayed_is_said(tmp_path, name, value, code):
    with pytest.raises(Refused) as no:
        written(tmp_path, {name: value}, ON)
    [finding] = no.value.findings
    assert finding.code == code and all(name in finding.text(lang) for lang in LANGUAGES)


def test_a_folder_that_is_no_overlay_is_said(tmp_path):
    with pytest.raises(Malformed, match="a folder of value files"):
        overlay(tmp_path / "nothing")
    with pytest.raises(Malformed, match="no value file"):
        overlay(tmp_path)
    (tmp_path / "ecommerce").mkdir()
    (tmp_path / "ecommerce" / "annual_limit.yaml").write_text("kind: decimal\n", encoding="utf-8")
    with pytest.raises(Malformed, match="a title in en and zh"):
        overlay(tmp_path)


def test_every_difference_says_that_it_is_a_simulation(day, tmp_path):
    result = changed(tmp_path, annual_limit="100")
    assert all(len(one.row()) == len(COLUMNS) and one.row()[0] == "simulation" for one in result.differences)
    assert result.as_dict()["simulation"] is True
