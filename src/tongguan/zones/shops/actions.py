"""What is done with shops: register, admit, close; display goods and take them back; deposit and withdraw a guarantee."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor, NotYours
from tongguan.ledgers.actions import lock
from tongguan.ledgers.batch import Batch
from tongguan.parties.functions import insist_able
from tongguan.parties.models import Enterprise
from tongguan.parties.queries import find

from ..models import BookItem, Display, Shop, guarantee_account, shown_account, stock_account
from . import queries, rules
from .cover import cover
from .states import FIRM, SHOP

SHANGHAI = ZoneInfo("Asia/Shanghai")


@transaction.atomic
def register_shop(
    name: str, *, address: str, zone: str, customs_code: str, merchant_code: str, by: Actor, at: datetime
) -> Shop:
    """Register a shop of the actor's firm; customs admit it.

    Raises NotYours, and Refused (SHOP_WORDS, SHOP_OFFICE, SHOP_MERCHANT).
    """
    insist_able(by, "file", machine="shop", verb="register")
    if by.role not in FIRM or by.enterprise is None:
        raise NotYours(machine="shop", verb="register", role=by.role, roles=sorted(FIRM))
    name, address, zone, merchant_code = name.strip(), address.strip(), zone.strip(), merchant_code.strip()
    merchant = find(merchant_code)
    is_known = merchant is not None and merchant.standing == "registered"
    insist(rules.REGISTERING, rules.Registering(name, address, zone, customs_code, merchant_code, is_known))
    Enterprise.objects.select_for_update().get(pk=by.enterprise)  # so that its shops are counted one by one
    account = guarantee_account(f"{by.enterprise}/{Shop.objects.filter(enterprise=by.enterprise).count() + 1}")
    shop = Shop.objects.create(
        enterprise_id=by.enterprise, name=name[:60], address=address[:200], zone=zone[:60], customs_code=customs_code,
        merchant_code=merchant_code[:18], registered_at=at, account_id=lock([account])[account].id,
    )  # fmt: skip
    record("shop.registered", shop, by=by, at=at, enterprise=f"enterprise/{by.enterprise}", merchant=shop.merchant_code)
    return shop


@transaction.atomic
def admit_shop(number: int, *, by: Actor, at: datetime) -> Shop:
    """Admit a shop: it may display goods and hand parcels over. Raises NotNow, NotYours, Shop.DoesNotExist."""
    return _decided(_locked(number, "admit", by), "shop.admitted", by, at)


@transaction.atomic
def close_shop(number: int, *, by: Actor, at: datetime) -> Shop:
    """Close a shop that displays nothing. Raises NotNow, NotYours, Shop.DoesNotExist, Refused (SHOP_STOCK_LEFT)."""
    shop = _locked(number, "close", by)
    insist(rules.CLOSING, rules.Closing([display.item.record_no for display, _ in queries.displayed(shop)]))
    return _decided(shop, "shop.closed", by, at)


def _decided(shop: Shop, what: str, by: Actor, at: datetime) -> Shop:
    shop.decided_at, shop.decided_by = at, by.name[:100]
    shop.save(update_fields=["state", "decided_at", "decided_by"])
    record(what, shop, by=by, at=at)
    return shop


@transaction.atomic
def display(
    number: int,
    book: str,
    record_no: str,
    quantity: Decimal | int,
    *,
    unit_value: Decimal,
    legal_each: Decimal | int = 1,
    reference: str,
    by: Actor,
    at: datetime,
) -> Decimal:
    """Put goods of an account book on display and return how many are displayed then; the same document again is once.

    Raises NotNow, NotYours, Shop.DoesNotExist, NotConfigured, ReferenceReused, and Refused (SHOP_REFERENCE, SHOP_BOOK,
    SHOP_QUANTITY, SHOP_VALUE, SHOP_LEGAL, SHOP_STOCK, SHOP_VALUE_CHANGED, SHOP_GUARANTEE_SHORT: the tax on all of it).
    """
    insist_able(by, "file", machine="shop", verb="display")
    shop = _locked(number, "display", by)
    item, quantity, legal_each = _item(shop, book, record_no), Decimal(quantity), Decimal(legal_each)
    moving = rules.Moving(book, record_no, item, quantity, reference, shop.customs_code)
    moving.unit_value, moving.legal_each = unit_value, legal_each
    insist(rules.DISPLAYING, moving)
    assert item is not None
    stock, shown, came = stock_account(book, record_no), shown_account(shop.pk, item.pk), f"shown/{shop.pk}/{reference}"
    accounts = lock([stock, shown, shop.account.name])
    plan = Batch(accounts, references=[came])
    row = Display.objects.filter(shop=shop, item=item).first()
    plan.credit(shown, quantity, reference=came)
    if plan.lines:  # else this document moved them before
        moving.there = accounts[stock].balance
        moving.known_value = row.unit_value if row and accounts[shown].balance else None
        insist(rules.DECLARED, moving)
        plan.debit(stock, quantity, reference=came)
        row = _declared(row, shop, item, moving, accounts[shown].id)
        now = _with(queries.displayed(shop), row, plan.balances[shown])
        insist(rules.COVERED, cover(now, accounts[shop.account.name].balance, _day(at)))
        plan.write(by, at)
        record("shop.displayed", shop, by=by, at=at, item=str(item), quantity=quantity, document=reference)
    return plan.balances[shown]


@transaction.atomic
def take_back(
    number: int, book: str, record_no: str, quantity: Decimal | int, *, reference: str, by: Actor, at: datetime
) -> Decimal:
    """Take displayed goods back into the stock of their book and return how many stay; the same document again is once.

    Raises NotNow, NotYours, Shop.DoesNotExist, ReferenceReused, and Refused (SHOP_REFERENCE, SHOP_BOOK, SHOP_QUANTITY,
    SHOP_STOCK).
    """
    insist_able(by, "file", machine="shop", verb="take_back")
    shop = _locked(number, "take_back", by)
    item, quantity = _item(shop, book, record_no), Decimal(quantity)
    moving = rules.Moving(book, record_no, item, quantity, reference, shop.customs_code)
    insist(rules.TAKING_BACK, moving)
    assert item is not None
    stock, shown, went = (
        stock_account(book, record_no),
        shown_account(shop.pk, item.pk),
        f"unshown/{shop.pk}/{reference}",
    )
    accounts = lock([stock, shown])
    plan = Batch(accounts, references=[went])
    plan.credit(stock, quantity, reference=went)
    if plan.lines:
        moving.there = accounts[shown].balance
        insist(rules.THERE, moving)
        plan.debit(shown, quantity, reference=went)
        plan.write(by, at)
        record("shop.taken_back", shop, by=by, at=at, item=str(item), quantity=quantity, document=reference)
    return plan.balances[shown]


@transaction.atomic
def deposit(number: int, amount: Decimal | int, *, reference: str, by: Actor, at: datetime) -> Decimal:
    """Record a guarantee that customs received, by its document, and return what there is; the same again is once.

    Raises NotNow, NotYours, Shop.DoesNotExist, ReferenceReused, and Refused (SHOP_REFERENCE, SHOP_AMOUNT).
    """
    shop, amount = _locked(number, "deposit", by), Decimal(amount)
    insist(rules.DEPOSITING, rules.Amount(amount, reference))
    name, document = shop.account.name, f"deposit/{reference}"
    plan = Batch(lock([name]), references=[document])
    plan.credit(name, amount, reference=document)
    if plan.lines:
        plan.write(by, at)
        record("shop.guarantee_deposited", shop, by=by, at=at, amount=amount, document=reference)
    return plan.balances[name]


@transaction.atomic
def withdraw(number: int, amount: Decimal | int, *, reference: str, by: Actor, at: datetime) -> Decimal:
    """Withdraw of a guarantee what is not needed, and return what is left; the same document again is once.

    Raises NotNow, NotYours, Shop.DoesNotExist, NotConfigured, ReferenceReused, and Refused (SHOP_REFERENCE,
    SHOP_AMOUNT, SHOP_GUARANTEE_NEEDED).
    """
    insist_able(by, "file", machine="shop", verb="withdraw")
    shop, amount = _locked(number, "withdraw", by), Decimal(amount)
    name, document = shop.account.name, f"withdrawn/{reference}"
    plan = Batch(accounts := lock([name]), references=[document])
    asked = rules.Amount(amount, reference)
    insist(rules.DEPOSITING, asked)
    plan.debit(name, amount, reference=document, floor=-amount)
    if plan.lines:
        now = cover(queries.displayed(shop), accounts[name].balance, _day(at))
        asked.free, asked.needed = now.free, now.needed
        insist(rules.WITHDRAWING, asked)
        plan.write(by, at)
        record("shop.guarantee_withdrawn", shop, by=by, at=at, amount=amount, document=reference)
    return plan.balances[name]


def _locked(number: int, verb: str, by: Actor) -> Shop:
    """Return a shop that the actor may see, locked, in the state that the verb leads to."""
    rows = queries.visible(by).select_for_update(of=("self",)).select_related("account")
    shop = rows.get(pk=number)
    shop.state = SHOP.after(shop.state, verb, by=by)
    return shop


def _item(shop: Shop, book: str, record_no: str) -> BookItem | None:
    own = BookItem.objects.filter(book__enterprise=shop.enterprise_id, book__customs_code=shop.customs_code)
    return own.filter(book__number=book, record_no=record_no).select_related("book").first()


def _declared(row: Display | None, shop: Shop, item: BookItem, moving: rules.Moving, account: int) -> Display:
    """Return the record of what a shop displays of an item, with what is declared of it now."""
    row = row or Display(shop=shop, item=item, account_id=account)
    row.item, row.unit_value, row.legal_each = item, moving.unit_value, moving.legal_each
    row.save()
    return row


def _with(displayed: list[tuple[Display, Decimal]], row: Display, there: Decimal) -> list[tuple[Display, Decimal]]:
    """Return what is displayed when there are so many of this."""
    return [*((one, others) for one, others in displayed if one.pk != row.pk), (row, there)]


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
