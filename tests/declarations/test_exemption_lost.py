"""A firm loses the grade for its exemption: the exemption ends by itself, and what it secured is secured anew in ten days."""

from __future__ import annotations

from datetime import date

import pytest
from tests.declarations import made
from tests.declarations.made import OFFICER, SYSTEM, TRADER, D, moment
from tests.revenue.firms import graded

from tongguan.credit import actions as credit
from tongguan.credit import queries as grades
from tongguan.kernel.rules import Refused
from tongguan.revenue.guarantees import actions, queries
from tongguan.revenue.models import Secured
from tongguan.revenue.tasks import end_exemptions

LOST, UNTIL = moment("2026-03-18"), date(2026, 4, 1)


@pytest.mark.measure("M3-7.1")
def test_from_the_loss_to_another_guarantee(port):
    graded("advanced", TRADER)
    exempt = made.guarantee("2000000", "exemption", guarantor="", document="")
    row = made.submitted(settlement="guarantee", guarantee=exempt.number)
    assert Secured.objects.get().amount == D("164801.12")
    end_exemptions(int(LOST.timestamp()))
    assert made.again(exempt).state == "active"

    since = LOST.date()
    credit.set_grade(TRADER, "other", since=since, basis="other", words="不再符合标准", by=OFFICER, at=LOST)
    assert grades.grade(TRADER, since) == "other"
    end_exemptions(int(LOST.timestamp()))
    assert (made.again(exempt).state, exempt.resecure_by) == ("expired", UNTIL)
    assert [one.reference for one in queries.to_secure_anew(to=made.trader())] == [str(row)]

    new = {"reference": "D2", "holder": TRADER, "scope": "time_limit", "on": since, "by": SYSTEM, "at": LOST}
    with pytest.raises(Refused) as refused:
        actions.debit(exempt.number, D(1), **new)
    assert [one.code for one in refused.value.findings][:1] == ["GUARANTEE_EXPIRED"]

    letter = actions.draft(
        "bank_letter", D(200000), scopes=["time_limit"], valid_from=LOST.date(), valid_to=date(2026, 8, 31),
        guarantor="某银行", document="BH-5", by=made.trader(), at=LOST,
    )  # fmt: skip
    actions.file(letter.number, by=made.trader(), at=LOST)
    actions.accept(letter.number, by=OFFICER, at=LOST)
    actions.resecure(str(row), letter.number, by=made.trader(), at=LOST)
    assert queries.to_secure_anew(to=OFFICER) == [] and Secured.objects.get().guarantee_id == letter.pk
    made.amended(row, made.document(FeeRate=D(6000)), at=moment("2026-03-19"))
    assert Secured.objects.get().amount == made.again(row).tax > D("164801.12")
    assert queries.guarantee(exempt.number, to=OFFICER).used == 0
