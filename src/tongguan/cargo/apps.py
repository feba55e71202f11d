"""Django's entry for this domain."""

from django.apps import AppConfig


class CargoConfig(AppConfig):
    name = "tongguan.cargo"
    label = "cargo"
