"""Django's entry for this domain."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "tongguan.journal"
    label = "journal"
