"""Django's entry for this domain."""

from django.apps import AppConfig


class Sandbox(AppConfig):
    """The sandbox for platforms."""

    name = "tongguan.sandbox"
