"""Magic values: each word of each message leads to the course it stands for."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.ecommerce.filing import AT
from tests.sandbox.conftest import parcel
from tests.sandbox.sending import KINDS, document, statuses, written

from tongguan.formats import ceb
from tongguan.kernel.codes import codes
from tongguan.kernel.law import law
from tongguan.kernel.texts import LANGUAGES
from tongguan.revenue.parcel import WITHIN, assess_parcel
from tongguan.sandbox import answering, courses, magic
from tongguan.sandbox.kinds import CODES, STATUSES, kinds, told

INVENTORY = KINDS["inventory"]
GOOD = {
    "CEB311Message": ["2", "120"], "CEB411Message": ["2", "120"], "CEB511Message": ["2", "120"],
    "CEB513Message": ["2", "399"], "CEB621Message": ["2", "120", "399", "800"], "CEB623Message": ["2", "120", "399"],
    "CEB625Message": ["2", "120", "399"], "CEB711Message": ["2", "120"],
}  # fmt: skip


def test_every_request_of_the_tables_can_be_sent():
    assert set(kinds()) == {name for name, table in ceb.TABLES.items() if table.request} == set(GOOD)
    assert set(told()) == {name for name, table in ceb.TABLES.items() if not table.request}


def test_every_status_and_every_code_can_be_forced():
    """The lists hold what each message can be answered by; each of them is a magic value of its message."""
    for kind in kinds().values():
        known = {one.code for one in magic.meanings(kind.name).values()}
        wanted = {one.code for one in codes(STATUSES) if kind.receipt in one.extra["receipts"]} - {"1"}
        wanted |= {one.code for one in codes(CODES) if one.extra.get("message", kind.name) == kind.name}
        assert wanted <= known
    assert len(codes(CODES)) == 159


@pytest.mark.parametrize("kind", GOOD)
def test_the_good_course(trial, kind):
    assert statuses(trial.send(kind, document(kind, "G1"))) == GOOD[kind]


@pytest.mark.parametrize("kind", GOOD)
def test_every_magic_value_of_a_message(trial, kind):
    """All values of a message at once, a hundred documents a message."""
    words = [one for one in magic.meanings(kind).values() if one.family != "unreadable"]
    most = ceb.TABLES[kind].at_most or len(words)
    for start in range(0, len(words), most):
        part = words[start : start + most]
        found = trial.send(kind, *(document(kind, f"M-{one.word}") for one in part))
        for place, meaning in enumerate(part, 1):
            mine = [one for one in found if one.position == place]
            own = [one for one in mine if one.kind == kinds()[kind].receipt]
            if meaning.family in ("status", "code"):
                assert own[-1].status == meaning.code, meaning
            else:
                assert {one.status for one in own} == set(GOOD[kind]), meaning
            if meaning.family == "code":
                assert len(mine) == 1 and f"[Code:{meaning.code};" in mine[0].info


@pytest.mark.parametrize(
    "number, course",
    [
        ("-100", ["2", "100"]), ("-500", ["2", "120", "500"]), ("-600", ["2", "120", "500", "600"]),
        ("-700", ["2", "120", "500", "700"]), ("-300", ["2", "120", "300"]), ("-4", ["2", "4"]),
        ("-899", ["2", "120", "399", "800", "899"]), ("-621018", ["-621018"]), ("-621005", ["-621005"]),
    ],
)  # fmt: skip
def test_courses_of_an_inventory(trial, number, course):
    assert statuses(trial.send(INVENTORY, parcel(f"T{number}").inventory)) == course


def test_timeout(trial):
    made = trial.send(INVENTORY, parcel("T-TIMEOUT").inventory)
    seconds = law("sandbox.silent_seconds", on=AT.date()).value
    assert statuses(made) == GOOD[INVENTORY] and {one.at for one in made} == {AT + timedelta(seconds=seconds)}
    assert {one.at for one in trial.send(INVENTORY, parcel("T-timeout-7").inventory)} == {AT + timedelta(seconds=7)}


def test_silence_has_no_receipt(trial):
    judged = trial.judge(trial.signed(written(INVENTORY, parcel("T-TIMEOUT").inventory)))
    assert answering.xml(judged, answering.told(judged), b"") is None
    assert judged.nodes[0].course.at_once is None


def test_duplicate(trial):
    made = trial.send(INVENTORY, parcel("T-DUPLICATE").inventory)
    assert statuses(made) == [*GOOD[INVENTORY], "800"]
    assert made[-1].guid == made[-2].guid != made[-3].guid


def test_late(trial):
    made = trial.send(INVENTORY, parcel("T-LATE-800").inventory)
    seconds = law("sandbox.late_seconds", on=AT.date()).value
    assert [one.at - AT for one in made] == [timedelta(0)] * 3 + [timedelta(seconds=seconds)]
    assert trial.send(INVENTORY, parcel("T-LATE-800-90").inventory)[-1].at == AT + timedelta(seconds=90)
    judged = trial.judge(trial.signed(written(INVENTORY, parcel("T-LATE-800").inventory)))
    said = ceb.read(answering.xml(judged, answering.told(judged), b""))
    assert said.nodes[0].document.returnStatus == "399"


def test_unreadable(trial):
    [one] = trial.send(INVENTORY, parcel("T-CEB900").inventory, parcel("T1").inventory)
    assert (one.kind, one.status) == ("CEB900Message", "-900004")
    assert one.info.startswith("[Code:0001;")


@pytest.mark.parametrize("word, told_of", [("TAX", []), ("TAX-COLLECTED", ["2"]), ("TAX-VOID", ["3"])])
def test_tax_bills(trial, ctx_of_day, word, told_of):
    doc = parcel(f"T-{word}").inventory
    made = trial.send(INVENTORY, doc)
    assert statuses(made) == [*GOOD[INVENTORY], "1", *told_of]
    bill = made[4]
    sheet = assess_parcel(
        doc.items,
        freight=doc.freight,
        insurance=doc.insuredFee,
        book=ctx_of_day.book,
        day_law=ctx_of_day.law,
        plan=WITHIN,
    )
    assert bill.kind == "CEB816Message" and bill.keys["taxNo"] == f"T{made[3].keys['invtNo']}"
    assert Decimal(bill.keys["valueAddedTax"]) == sheet.total("vat") > 0
    assert [one.kind for one in made[5:]] == ["CEB818Message"] * len(told_of)


def test_what_a_message_does_not_know_is_no_magic(trial):
    assert statuses(trial.send("CEB311Message", parcel("T-500").order)) == ["2", "120"]
    assert statuses(trial.send("CEB311Message", parcel("T-621018").order)) == ["2", "120"]
    assert statuses(trial.send(INVENTORY, parcel("T500").inventory))[-1] == "800"


def test_the_own_number_goes_before_the_orders(trial):
    doc = parcel("T-500").changed("inventory", copNo="C-621018").inventory
    assert statuses(trial.send(INVENTORY, doc)) == ["-621018"]


@pytest.mark.parametrize(
    "number", ["", "-", "--", "-1", "TIMEOUT", "x-TIMEOUT-", "x-TIMEOUT-123456", "x-LATE-900", "x-100\n"]
)
def test_near_misses(number):
    assert magic.find(INVENTORY, number) is None


def test_every_meaning_has_both_texts():
    for kind in kinds():
        for one in magic.described(kind):
            assert all(one["text"][lang].strip(" -0123456789") for lang in LANGUAGES), one


def test_chains_lead_to_a_beginning():
    for kind in kinds():
        for meaning in magic.meanings(kind).values():
            made = courses.forced(kind, magic.Magic(meaning.word, meaning), 5, 5)
            assert made.steps and (meaning.family == "code" or made.steps[0].status == "2")
