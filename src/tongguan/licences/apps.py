"""Django's entry for this domain."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "tongguan.licences"
    label = "licences"

    def ready(self) -> None:
        """Make known what two officers do together here."""
        from . import seconding  # noqa: F401
