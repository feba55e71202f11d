"""Django's entry for this domain."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "tongguan.declarations"
    label = "declarations"

    def ready(self) -> None:
        """Make known what two officers do together here."""
        from . import seconding  # noqa: F401
