"""Django's entry for this domain."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "tongguan.compliance"
    label = "compliance"
