"""Account books and what is recorded in them. How much is there stands in the ledger, nowhere else."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

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
