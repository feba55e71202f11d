"""Django's entry for this domain."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "tongguan.declarations"
    label = "declarations"
