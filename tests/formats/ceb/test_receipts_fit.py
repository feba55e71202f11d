"""A receipt is held to the lengths of its table; whoever holds it to the schema finds the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tongguan.formats import ceb
from tongguan.formats.ceb import parsing, rendering, schemas, writing

KINDS = [kind for kind, table in ceb.TABLES.items() if writing._lengths(table) is not None]
_CHARACTERS = st.characters(codec="utf-8") | st.sampled_from("&<>\r\n\t \x00\x0b\ufffe\ud800𠮷")


def test_most_receipts_hold_only_texts():
    assert {"CEB312Message", "CEB412Message", "CEB512Message", "CEB622Message", "CEB624Message"} <= set(KINDS)
    assert "CEB621Message" not in KINDS


@settings(max_examples=400, deadline=None)
@given(data=st.data(), kind=st.sampled_from(KINDS), guid=st.sampled_from(["A" * 36, "A" * 35, "A" * 35 + "\x01"]))
def test_what_fits_is_valid_and_what_does_not_is_not(data, kind, guid):
    table = ceb.TABLES[kind]
    values = {}
    for field in table.head.fields.values():
        least, most = field.shape.least, field.shape.most
        sizes = st.sampled_from([max(least - 1, 0), least, least + 1, most, most, most, most + 1])
        size = data.draw(sizes) if data.draw(st.integers(0, 9)) == 0 else most
        text = data.draw(st.text(_CHARACTERS, min_size=1, max_size=1)) if data.draw(st.integers(0, 19)) == 0 else "a"
        given = (text * size)[:size]
        values[field.name] = None if not field.required and data.draw(st.booleans()) else given
    struct = ceb.documents.document(table)(**values)
    draft = writing._Draft(table, [struct], guid, "1.0", {name: [] for name in ceb.contract.COMMON}, None, False)
    text = rendering.message(table, guid, "1.0", [rendering.node(table, struct)], b"")
    try:
        valid = schemas.strict(table).validate(parsing.tree(text))
    except ceb.Unreadable:
        valid = False
    assert draft.valid(text) == valid
