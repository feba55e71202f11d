"""Django's entry for this domain."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "tongguan.credit"
    label = "credit"
