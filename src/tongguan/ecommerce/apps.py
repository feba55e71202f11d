"""Django's entry for this domain."""

from django.apps import AppConfig


class Ecommerce(AppConfig):
    """Cross-border e-commerce."""

    name = "tongguan.ecommerce"

    def ready(self) -> None:
        """Make known what two officers do together here."""
        from . import seconding  # noqa: F401
