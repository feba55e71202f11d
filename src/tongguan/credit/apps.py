"""Django's entry for this domain."""

from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "tongguan.credit"
    label = "credit"

    def ready(self) -> None:
        """Make known what two officers do together here."""
        from . import seconding  # noqa: F401
