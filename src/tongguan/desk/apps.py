"""Django's entry for the pages."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tongguan.desk"
    label = "desk"
