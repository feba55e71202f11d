"""Django's entry for this part."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "tongguan.api"
    label = "api"
