"""Django's entry for this domain."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "tongguan.compliance"
    label = "compliance"

    def ready(self) -> None:
        """Make known what two officers do together here."""
        from . import seconding  # noqa: F401
