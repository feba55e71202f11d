"""What is shown of personal values to whom has not asked."""

from __future__ import annotations

import pytest

from tongguan.parties import masks


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masks.name, "李明", "李**"),
        (masks.name, "John Smith", "J**"),
        (masks.identity, "110105491231002", "110105*****1002"),
        (masks.identity, "AB1", "***"),
        (masks.phone, "8613800138000", "861******8000"),
        (masks.phone, "010-65194114", "010*****4114"),
        (masks.address, "上海市浦东新区张江小区12号", "上海市浦东新区***"),
        (masks.address, "广西壮族自治区南宁市青秀区民族大道1号", "广西壮族自治区南宁市青秀区***"),
        (masks.address, "广东省东莞市阳光小区3栋", "广东省东莞市***"),
        (masks.address, "安徽省庐江县庐城镇", "安徽省庐江县***"),
        (masks.address, "", ""),
    ],
)
def test_a_mask_shows_where_and_hides_who(mask, value, shown):
    assert mask(value) == shown


@pytest.mark.parametrize("length", range(1, 19))
def test_a_number_never_shows_more_than_it_hides_by_four(length):
    for mask in (masks.identity, masks.phone):
        shown = mask("123456789012345678"[:length])
        assert len(shown) == length
        assert shown.count("*") >= min(4, length)
