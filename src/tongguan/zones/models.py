"""Account books and what is recorded in them. How much is there stands in the ledger, nowhere else."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .shops.states import SHOP
from .states import BOOK


class Book(models.Model):
    """An account book (电子账册) of goods that stand in a bonded zone; messages name it by its number (emsNo).

    ``area_code`` and ``area_name`` are the code and the name of the enterprise in the zone that stores the goods
    (区内企业代码、名称), as the book was opened for it; ``customs_code`` is the office that keeps the book. The last day it
    may be used is ``valid_until``.
    """

    number = models.CharField(max_length=30, unique=True)
    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="books")
    area_code = models.CharField(max_length=18)
    area_name = models.CharField(max_length=100)
    customs_code = models.CharField(max_length=4)
    opened = models.DateField()
    valid_until = models.DateField()
    state = models.CharField(max_length=10, default="active", db_default="active")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BOOK.states), name="book_state"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("opened")), name="book_ends_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"book/{self.number}"


class BookItem(models.Model):
    """Goods recorded in a book (账册备案商品): known by their record number (料号) and their place (项号).

    Stock is counted in ``unit``; ``legal_unit`` is the first legal unit of the commodity code. The account holds the
    stock and every entry that changed it.
    """

    book = models.ForeignKey(Book, models.PROTECT, related_name="items")
    place = models.IntegerField()
    record_no = models.CharField(max_length=30)
    gcode = models.CharField(max_length=10)
    name = models.CharField(max_length=250)
    unit = models.CharField(max_length=3)
    legal_unit = models.CharField(max_length=3)
    account = models.OneToOneField("ledgers.Account", models.PROTECT, related_name="book_item")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "record_no"], name="one_item_a_record_number"),
            models.UniqueConstraint(fields=["book", "place"], name="one_item_a_place"),
        ]
        indexes = [models.Index(fields=["gcode"], name="book_items_of_goods")]

    def __str__(self) -> str:
        return f"{self.book}/{self.record_no}"


def stock_account(number: str, record_no: str) -> str:
    """Return the name of the ledger account that holds the stock of an item of a book.

    A book's number holds no slash, so two items never share a name.
    """
    return f"zones.stock/{number}/{record_no}"


class Shop(models.Model):
    """A shop where buyers collect bonded goods they ordered online (线下自提店), and where samples are displayed.

    ``enterprise`` keeps the shop and its account books, ``merchant_code`` is the merchant of its parcels (ebcCode),
    ``customs_code`` the office of its zone. The account holds the guarantee, in yuan.
    """

    enterprise = models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="shops")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=200)
    zone = models.CharField(max_length=60)
    customs_code = models.CharField(max_length=4)
    merchant_code = models.CharField(max_length=18)
    state = models.CharField(max_length=10, default="registered")
    registered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True, default="")
    account = models.OneToOneField("ledgers.Account", models.PROTECT, related_name="shop")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=SHOP.states), name="shop_state")]

    def __str__(self) -> str:
        return f"shop/{self.pk}"


class Display(models.Model):
    """Goods of an account book on display in a shop (展示商品): they stay bonded, and the account says how many there are.

    ``unit_value`` is what one is declared to be worth, in yuan; ``legal_each`` how much of the legal unit one is.
    """

    shop = models.ForeignKey(Shop, models.PROTECT, related_name="displays")
    item = models.ForeignKey(BookItem, models.PROTECT, related_name="displays")
    unit_value = models.DecimalField(max_digits=19, decimal_places=2)
    legal_each = models.DecimalField(max_digits=19, decimal_places=5)
    account = models.OneToOneField("ledgers.Account", models.PROTECT, related_name="display")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "item"], name="one_display_an_item")]

    def __str__(self) -> str:
        return f"{self.shop}/{self.item}"


def guarantee_account(shop: str) -> str:
    """Return the name of the ledger account that holds the guarantee of a shop, by a number that is its own."""
    return f"zones.guarantee/{shop}"


def shown_account(shop: int, item: int) -> str:
    """Return the name of the ledger account that holds what a shop displays of an item of a book."""
    return f"zones.shown/{shop}/{item}"
