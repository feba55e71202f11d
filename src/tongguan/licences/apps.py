"""Django's entry for this domain."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "tongguan.licences"
    label = "licences"
