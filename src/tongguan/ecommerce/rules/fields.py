"""Checks that several messages share; each message's own class gives them its official code."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from tongguan.kernel.numbers import customs_registration, resident_id, uscc
from tongguan.kernel.pointers import at
from tongguan.kernel.rules import Break, Rule

ZERO = Decimal(0)


class Currency(Rule, abstract=True):
    """The currency is {found}; only yuan ({wanted}) may be declared."""

    alias = "CURRENCY"
    looks_at = ("currency", "item.currency")

    def broken_by(self, doc, ctx):
        if doc.currency != ctx.currency:
            yield Break("currency", found=doc.currency, wanted=ctx.currency)
        for place, item in enumerate(getattr(doc, "items", ()), 1):
            if item.currency != ctx.currency:
                yield Break(at("item", place, "currency"), found=item.currency, wanted=ctx.currency)


class PersonIdType(Rule, abstract=True):
    """The kind of identity document is {found}; only {wanted}, the resident identity card, is accepted."""

    alias = "ID_TYPE"
    field = "buyerIdType"

    def __init_subclass__(cls, **more):
        cls.looks_at = (cls.field,)
        super().__init_subclass__(**more)

    def broken_by(self, doc, ctx):
        if getattr(doc, self.field) != ctx.id_type:
            yield Break(self.field, found=getattr(doc, self.field), wanted=ctx.id_type)


class PersonId(Rule, abstract=True):
    """The identity number is not a valid 18-digit resident identity number; check it against the card."""

    alias = "ID_INVALID"
    field = "buyerIdNumber"

    def broken_by(self, doc, ctx):
        if not resident_id.is_valid(getattr(doc, self.field)):
            yield Break(self.field)


class PartyCode(Rule, abstract=True):
    """{code} is neither a customs registration number (10 characters) nor a valid unified social credit code (18)."""

    alias = "PARTY_CODE"
    fields: tuple[str, ...] = ()

    def __init_subclass__(cls, **more):
        cls.looks_at = cls.fields
        super().__init_subclass__(**more)

    def broken_by(self, doc, ctx):
        for field in self.fields:
            code = getattr(doc, field)
            if code and not names_a_firm(code):
                yield Break(field, code=code)


class PlatformCode(Rule, abstract=True):
    """{code} has 18 characters but is no valid unified social credit code."""

    alias = "PLATFORM_CODE"
    looks_at = ("ebpCode",)

    def broken_by(self, doc, ctx):
        # A platform that is not registered with customs uses an identifier that e-port gave it, of any form.
        if len(doc.ebpCode) == 18 and not names_a_firm(doc.ebpCode):
            yield Break("ebpCode", code=doc.ebpCode)


class Time(Rule, abstract=True):
    """{found} is not a time of the form YYYYMMDDhhmmss."""

    alias = "TIME"
    fields: tuple[str, ...] = ("appTime",)

    def broken_by(self, doc, ctx):
        for field in self.fields:
            if not is_time(getattr(doc, field)):
                yield Break(field, found=getattr(doc, field))


class AppType(Rule, abstract=True):
    """The kind of filing is {found}; it is 1 (new), 2 (change) or 3 (delete)."""

    alias = "APP_TYPE"
    looks_at = ("appType",)

    def broken_by(self, doc, ctx):
        if doc.appType not in {"1", "2", "3"}:
            yield Break("appType", found=doc.appType)


class AppStatus(Rule, abstract=True):
    """The business status is {found}; it is 1 (saved) or 2 (declared)."""

    alias = "APP_STATUS"
    looks_at = ("appStatus",)

    def broken_by(self, doc, ctx):
        if doc.appStatus not in {"1", "2"}:
            yield Break("appStatus", found=doc.appStatus)


class ItemNumbers(Rule, abstract=True):
    """Items are numbered from 1 without a gap; item {place} is numbered {found}."""

    alias = "ITEM_NUMBERS"

    def broken_by(self, doc, ctx):
        numbers = [item.gnum for item in doc.items]
        if len(set(numbers)) != len(numbers):
            return  # said by the rule on repeated numbers
        for place, found in enumerate(numbers, start=1):
            if place != found:
                yield Break(at("item", place, "gnum"), place=place, found=found)
                return


class RepeatedItem(Rule, abstract=True):
    """The item number {gnum} stands more than once."""

    alias = "ITEM_REPEATED"

    def broken_by(self, doc, ctx):
        seen = set()
        for place, item in enumerate(doc.items, 1):
            if item.gnum in seen:
                yield Break(at("item", place, "gnum"), gnum=item.gnum)
            seen.add(item.gnum)


class ItemTotal(Rule, abstract=True):
    """The total {found} is not the price times the quantity, which is {wanted}."""

    alias = "ITEM_TOTAL"

    def broken_by(self, doc, ctx):
        for place, item in enumerate(doc.items, 1):
            wanted = item.price * item.qty
            if abs(item.totalPrice - wanted) > ctx.tolerance:
                yield Break(at("item", place, "totalPrice"), found=item.totalPrice, wanted=wanted)


class Positive(Rule, abstract=True):
    """{found} must be more than zero."""

    alias = "POSITIVE"
    fields: tuple[str, ...] = ()
    item_fields: tuple[str, ...] = ("qty",)

    def broken_by(self, doc, ctx):
        for field in self.fields:
            if (found := getattr(doc, field)) is not None and found <= ZERO:
                yield Break(field, found=found)
        for place, item in enumerate(getattr(doc, "items", ()), 1):
            for field in self.item_fields:
                if (found := getattr(item, field)) is not None and found <= ZERO:
                    yield Break(at("item", place, field), found=found)


class NotNegative(Rule, abstract=True):
    """{found} must not be less than zero."""

    alias = "NOT_NEGATIVE"
    fields: tuple[str, ...] = ()
    item_fields: tuple[str, ...] = ("price", "totalPrice")

    def broken_by(self, doc, ctx):
        for field in self.fields:
            if (found := getattr(doc, field)) is not None and found < ZERO:
                yield Break(field, found=found)
        for place, item in enumerate(getattr(doc, "items", ()), 1):
            for field in self.item_fields:
                if (found := getattr(item, field)) is not None and found < ZERO:
                    yield Break(at("item", place, field), found=found)


class KnownCode(Rule, abstract=True):
    """{code} is not in the code table {table}."""

    alias = "CODE"
    fields: tuple[tuple[str, str], ...] = ()
    item_fields: tuple[tuple[str, str], ...] = ()

    def __init_subclass__(cls, **more):
        of_items = (f"item.{field}" for field, _ in cls.item_fields)
        cls.looks_at = (*(field for field, _ in cls.fields), *of_items)
        super().__init_subclass__(**more)

    def broken_by(self, doc, ctx):
        for field, table in self.fields:
            if (code := getattr(doc, field)) and not ctx.knows(table, code):
                yield Break(field, code=code, table=table)
        for place, item in enumerate(getattr(doc, "items", ()), 1):
            for field, table in self.item_fields:
                if (code := getattr(item, field)) and not ctx.knows(table, code):
                    yield Break(at("item", place, field), code=code, table=table)


@lru_cache(maxsize=4096)
def names_a_firm(code: str) -> bool:
    """Say whether a code can be an enterprise's: the same few stand in every node of a message."""
    return uscc.is_valid(code) if len(code) == 18 else customs_registration.is_valid(code)


@lru_cache(maxsize=4096)
def is_time(text: str) -> bool:
    """Say whether a text is a time YYYYMMDDhhmmss that exists."""
    if len(text) != 14 or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime(int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:10]), int(text[10:12]), int(text[12:]))
    except ValueError:
        return False
    return True


def is_day(text: str) -> bool:
    """Say whether a text is a day YYYYMMDD that exists."""
    return len(text) == 8 and is_time(text + "000000")
