"""Django's entry for this domain."""

from __future__ import annotations

from django.apps import AppConfig


class Tariff(AppConfig):
    name = "tongguan.tariff"
    label = "tariff"
