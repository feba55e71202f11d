"""Django's entry for this domain."""

from django.apps import AppConfig


class ZonesConfig(AppConfig):
    name = "tongguan.zones"
    label = "zones"
