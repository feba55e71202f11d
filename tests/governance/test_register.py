"""The register: every clause of the five documents, and files that are not as they should be."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import yaml

from tongguan.governance.register import KINDS, read_register, register
from tongguan.kernel.packaged import Malformed


@pytest.mark.measure("M0-P", "M4-0-1")
def test_every_clause_and_item_is_there():
    found = list(register().clauses())
    assert len(found) == 111
    assert sum(len(one.items) for one in found) == 172
    assert len(list(register().units())) == 180
    assert Counter(one.document for one in found) == {"M0": 29, "M1": 10, "M2": 9, "M3": 25, "M4": 38}
    assert {one.kind for one in found} == set(KINDS)


@pytest.mark.measure("M1-P1")
def test_what_is_printed_of_a_document_and_no_more():
    printed = {one.id: (one.number, one.issued) for one in register().documents}
    assert printed["M4"] == ("京商总部字〔2024〕3号", date(2024, 7, 5))
    assert printed["M3"][1] == date(2021, 2, 4) and printed["M2"][1] == date(2020, 8, 18)
    assert printed["M0"] == printed["M1"] == ("", None)
    assert register().clause("M1-P1").kind == "one-off event"


def test_a_clause_is_found_by_its_items_too():
    assert register().clause("M4-21.3") is register().clause("M4-21")
    assert register().clause("M4-21.9") is register().clause("M9") is register().document("M9") is None
    assert [unit.id for unit in register().clause("M4-III-1").units] == ["M4-III-1"]


GOOD = {
    "document": {"id": "X", "title": {"zh": "文", "en": "d"}, "issuer": {"zh": "甲", "en": "a"}, "standing": "read"},
    "clauses": [
        {
            "id": "X-1", "number": "1", "title": {"zh": "一", "en": "one"}, "says": {"zh": "说", "en": "says"},
            "departments": ["a"], "kind": "workflow", "domain": "d",
            "items": [{"id": "X-1.1", "title": {"zh": "项", "en": "i"}, "does": {"zh": "做", "en": "do"}, "kind": "workflow"}],
        }
    ],
}  # fmt: skip


def written(folder, content) -> None:
    for name, rows in (("departments", {"a": {"zh": "甲", "en": "a"}}), ("domains", {"d": {"zh": "域", "en": "d"}})):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(rows), encoding="utf-8")
    (folder / "x.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")


def changed(path: tuple, value) -> dict:
    """Return the good file with one place changed; a value of None takes it away."""
    content = yaml.safe_load(yaml.safe_dump(GOOD))
    at = content
    for step in path[:-1]:
        at = at[step]
    if value is None:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return content


def test_what_a_body_belongs_to_is_a_body(tmp_path):
    written(tmp_path, GOOD)
    rows = {"a": {"zh": "甲", "en": "a", "of": "b"}, "b": {"zh": "乙", "en": "b"}}
    path = tmp_path / "departments.yaml"
    path.write_text(yaml.safe_dump(rows), encoding="utf-8")
    assert read_register(tmp_path).branches == {"a": "b"}
    path.write_text(yaml.safe_dump({"a": rows["a"]}), encoding="utf-8")
    with pytest.raises(Malformed, match="no department b"):
        read_register(tmp_path)


def test_a_file_as_it_should_be(tmp_path):
    written(tmp_path, GOOD)
    [document] = read_register(tmp_path).documents
    assert (document.number, document.issued, document.note) == ("", None, {"zh": "", "en": ""})
    assert document.clauses[0].units[0].does["en"] == "do"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("document", "title", "en"), None, "the title needs zh and en"),
        (("document", "standing"), "sure", "standing is one of"),
        (("document", "id"), "Y", "the file of another"),
        (("document", "issued"), "2024-07-05", "issued is a day"),
        (("document", "author"), "x", "the head has no author"),
        (("document", "bodies"), ["z"], "X: there is no department z"),
        (("clauses", 0, "number"), 1, "is a text in quotes"),
        (("clauses", 0, "id"), "Y-1", "is no clause of X"),
        (("clauses", 0, "says", "zh"), " ", "X-1 has no text in zh"),
        (("clauses", 0, "kind"), "magic", "kind is one of"),
        (("clauses", 0, "domain"), "z", "no domain z"),
        (("clauses", 0, "departments"), ["z"], "no department z"),
        (("clauses", 0, "built"), True, "a clause has no built"),
        (("clauses", 0, "items", 0, "id"), "X-2.1", "is no item of X-1"),
        (("clauses", 0, "items", 0, "does"), None, "lacks does"),
        (("clauses", 0, "items"), GOOD["clauses"][0]["items"] * 2, "X-1.1 stands twice"),
    ],
)
def test_a_file_that_is_not_as_it_should_be(tmp_path, path, value, said):
    written(tmp_path, changed(path, value))
    with pytest.raises(Malformed, match=said):
        read_register(tmp_path)
