"""Django's entry for this domain."""

from django.apps import AppConfig


class Exchange(AppConfig):
    """Adapters and simulators of the outside."""

    name = "tongguan.exchange"
