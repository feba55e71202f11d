"""The example messages are current, and do what their README says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from tests.ecommerce.filing import OPERATOR

from tongguan.ecommerce import bonded_samples, demo
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.models import Inventory, Message
from tongguan.ecommerce.trial import sign_unsigned
from tongguan.inspections.draws import ensure_keys
from tongguan.parties.models import Person

FOLDER = Path(__file__).parents[2] / "examples"
spec = importlib.util.spec_from_file_location("examples_make", FOLDER / "make.py")
make = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make)


def test_the_files_are_what_make_writes():
    assert {path.name: path.read_bytes() for path in FOLDER.glob("*.xml")} == make.files()


def test_every_file_is_named_in_the_readme():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in make.files() if f"`{name.removesuffix('.xml')}`" not in readme] == []


def test_what_becomes_of_them(window, nobody_drawn):
    ensure_keys(make.AT.date(), by=OPERATOR, at=make.AT)
    bonded_samples.open_demo_books(make.AT)
    said = {}
    for path in sorted(FOLDER.glob("*.xml")):
        outcome = receive(path.read_bytes(), sender=OPERATOR, at=make.AT)
        said[path.stem] = [node.status for node in outcome.nodes]
    assert said["04-inventory"] == ["800", "800", "800", "800", "100", "-621005", "100"]
    assert said["05-inventory-waits"] == ["2"]
    assert [s == "2" for s in said["11-inventory-mistakes"]] == [False] * 6 + [True]
    assert said["10-bonded-inventory"] == ["800", "800", "-621001", "-625007", "-621001"]
    assert said["12-order-again"] == ["-301010"]
    assert said["13-bonded-mistakes"] == ["-621001"] * 5
    assert [said[name][0][:4] for name in sorted(said) if name.startswith("2")] == ["-900"] * 4
    cream = Inventory.objects.get(order_no="EX2026112002")
    assert (cream.consumption_tax, cream.vat) == (52.5, 45.5)
    assert Inventory.objects.get(order_no="EX2026112003").plan == "over_single"


def test_the_demo_is_prepared_once(window):
    ensure_keys(make.AT.date(), by=OPERATOR, at=make.AT)
    demo.prepare(by=OPERATOR, at=make.AT)
    messages, people = Message.objects.count(), Person.objects.count()
    assert Inventory.objects.filter(state="released").exists() and people == len(demo.PEOPLE)
    assert Inventory.objects.get(order_no="DE2026112002").state in ("released", "check")
    assert not Inventory.objects.filter(order_no__startswith="EX").exists(), "the files are left to those who try them"
    demo.prepare(by=OPERATOR, at=make.AT)
    assert (Message.objects.count(), Person.objects.count()) == (messages, people)
    for path in (FOLDER / "01-order.xml", FOLDER / "04-inventory.xml"):
        outcome = receive(sign_unsigned(path.read_bytes(), by=OPERATOR, at=make.AT), sender=OPERATOR, at=make.AT)
        assert outcome.refused <= 1
