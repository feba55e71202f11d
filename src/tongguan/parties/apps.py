"""Django's entry for this domain."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "tongguan.parties"
    label = "parties"
