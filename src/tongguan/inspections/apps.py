"""Django's entry for this domain."""

from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "tongguan.inspections"
    label = "inspections"
