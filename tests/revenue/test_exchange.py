"""Exchange rates: which day's parity serves for a month, what is refused, and special rates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tongguan.journal.models import Event
from tongguan.kernel.law import NotConfigured
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.revenue.exchange.actions import publish, withdraw
from tongguan.revenue.exchange.queries import day_for, latest_days, rate, rates, serving
from tongguan.revenue.exchange.reading import read
from tongguan.revenue.models import PublishedRate

D = Decimal
AT = datetime(2026, 3, 18, 2, tzinfo=UTC)
OPERATOR = Actor("window", "operator")
MARCH = "day,currency,yuan,per\n2026-02-24,USD,7.1,1\n2026-02-24,JPY,4.65,100\n"
APRIL = "day,currency,yuan\n2026-03-18,502,7.2\n"


def keep(written: str, **how):
    given = {"title": "Invented rates", "standing": "design", "by": OPERATOR, "at": AT} | how
    return publish(read(written), **given)


def codes_of(written: str, **how) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        keep(written, **how)
    return [(one.code, one.pointer) for one in raised.value.findings]


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (date(2026, 4, 1), date(2026, 3, 18)),
        (date(2026, 3, 31), date(2026, 2, 24)),
        (date(2018, 3, 15), date(2018, 2, 28)),
    ],
)
def test_the_day_whose_rate_serves(month, day):
    assert day_for(month) == day


@pytest.mark.django_db
class TestRates:
    def test_each_month_has_the_rates_of_its_day(self):
        keep(MARCH), keep(APRIL)
        assert rates(date(2026, 3, 31)) == {"502": D("7.1"), "116": D("0.0465")}
        assert rates(date(2026, 4, 1)) == {"502": D("7.2")}
        assert serving(date(2026, 4, 30)).rate_day == date(2026, 3, 18)
        assert rate("502", date(2026, 4, 2)).reference["standing"] == "design"
        assert latest_days() == [date(2026, 3, 18), date(2026, 2, 24)]

    def test_a_month_and_a_currency_without_a_parity_are_refused(self):
        keep(APRIL)
        with pytest.raises(NotConfigured):
            rates(date(2026, 3, 31))
        with pytest.raises(NotConfigured, match="revenue.exchange.116"):
            rate("116", date(2026, 4, 1))

    def test_a_special_rate_serves_from_its_day_to_the_end_of_the_month(self):
        keep(APRIL)
        keep("day,currency,yuan,per,kind\n2026-04-15,USD,7.9,1,special\n")
        assert rates(date(2026, 4, 14))["502"] == D("7.2")
        assert rates(date(2026, 4, 15))["502"] == rates(date(2026, 4, 30))["502"] == D("7.9")
        with pytest.raises(NotConfigured):
            rates(date(2026, 5, 1))

    def test_the_same_again_changes_nothing_and_another_is_refused(self):
        keep(MARCH)
        assert keep(MARCH) == []
        other = MARCH.replace("7.1", "7.3")
        assert codes_of(other) == [("RATES_DIFFER", "rates/2/yuan")]
        withdraw(PublishedRate.objects.get(currency="502").pk, reason="a slip", by=OPERATOR, at=AT)
        assert len(keep(other)) == 1 and rates(date(2026, 3, 2))["502"] == D("7.3")
        assert [one.what for one in Event.objects.order_by("id")] == [
            "exchange_rates.published", "exchange_rates.withdrawn", "exchange_rates.published",
        ]  # fmt: skip

    def test_RATES_UNREADABLE(self):
        bad = "day,currency,yuan,per,kind\nx,XXX,-1,0,other\n2026-02-30,USD,NaN,,\n"
        assert codes_of(bad) == [
            *(("RATES_UNREADABLE", f"rates/2/{column}") for column in ("day", "currency", "yuan", "per", "kind")),
            *(("RATES_UNREADABLE", f"rates/3/{column}") for column in ("day", "yuan")),
        ]

    def test_RATES_NONE(self):
        assert codes_of("day,currency,yuan\n") == [("RATES_NONE", "rates")]

    def test_RATES_TWICE(self):
        assert codes_of(MARCH + "2026-02-24,502,7.1\n") == [("RATES_TWICE", "rates/4/currency")]

    def test_RATES_WITHOUT_SOURCE(self):
        assert codes_of(MARCH, title=" ") == [("RATES_WITHOUT_SOURCE", "source")]
        assert codes_of(MARCH, standing="rumour") == [("RATES_WITHOUT_SOURCE", "source")]

    def test_a_file_without_its_columns_is_refused(self):
        with pytest.raises(ValueError, match="currency, yuan"):
            read("day\n2026-02-24\n")

    def test_only_the_authority_publishes(self):
        with pytest.raises(NotYours):
            keep(MARCH, by=Actor("li", "trader", 1))
