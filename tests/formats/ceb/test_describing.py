"""Labels of fields and the documentation of messages, in both languages."""

from __future__ import annotations

import pytest

from tongguan.formats import ceb


@pytest.mark.parametrize(
    ("pointer", "zh", "en"),
    [
        ("", "进口清单", "Import inventory"),
        ("orderNo", "订单编号", "Order number"),
        ("item", "商品项", "Items"),
        ("item/2", "商品第2项", "Item 2"),
        ("item/2/gcode", "商品第2项：商品编码", "Item 2: Commodity code"),
        ("BaseTransfer", "传输信息", "Transfer"),
        ("BaseTransfer/copCode", "传输信息：传输企业代码", "Transfer: Code of the sending enterprise"),
        ("unknown", "unknown", "unknown"),
        ("item/2/unknown", "item/2/unknown", "item/2/unknown"),
        ("orderNo/1", "orderNo/1", "orderNo/1"),
        ("not a pointer//", "not a pointer//", "not a pointer//"),
    ],
)
def test_label(pointer, zh, en):
    assert (ceb.label("CEB621Message", pointer, "zh"), ceb.label("CEB621Message", pointer, "en")) == (zh, en)


def test_receipts_have_no_lines_and_no_transfer():
    assert ceb.label("CEB622Message", "item/1/gcode", "zh") == "item/1/gcode"
    assert ceb.label("CEB622Message", "BaseTransfer", "zh") == "BaseTransfer"
    with pytest.raises(KeyError):
        ceb.label("CEB999Message", "guid", "zh")


@pytest.mark.parametrize("kind", list(ceb.TABLES))
def test_documentation_names_every_element(kind):
    table, text = ceb.TABLES[kind], ceb.markdown(kind)
    assert text.startswith(f"# {kind}: {table.title['en']} ({table.title['zh']})")
    for block in table.parts.values():
        section = text.split(f"## {block.element}:")[1].split("## ")[0]
        rows = [row.split(" | ") for row in section.splitlines() if row.startswith("| ") and "`" in row]
        assert [(row[1].strip("`"), row[2], row[3]) for row in rows] == [
            (field.name, field.zh, field.en) for field in block.fields.values()
        ]
    for code in table.codes.values():
        assert f"`{code}`" in text
    assert ("ds:Signature" in text) == (table.signature != "none")


def test_documentation_tells_both_lengths():
    assert "| `itemNo` | 企业商品货号 | Seller's article number | `C0..20`; read up to 30 | 0..1 |" in ceb.markdown(
        "CEB621Message"
    )
