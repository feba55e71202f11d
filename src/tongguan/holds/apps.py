"""Django's entry for this domain."""

from django.apps import AppConfig


class HoldsConfig(AppConfig):
    name = "tongguan.holds"
    label = "holds"
