"""Django's entry for this domain."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "tongguan.needs"
    label = "needs"
