"""Django's entry for this domain."""

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    name = "tongguan.ledgers"
    label = "ledgers"
