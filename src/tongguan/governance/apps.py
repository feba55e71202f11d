"""Django's entry for this domain."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "tongguan.governance"
    label = "governance"
