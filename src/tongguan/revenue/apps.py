"""Django's entry for this domain."""

from django.apps import AppConfig


class RevenueConfig(AppConfig):
    name = "tongguan.revenue"
    label = "revenue"

    def ready(self) -> None:
        """Make known what two officers do together here."""
        from . import seconding  # noqa: F401
