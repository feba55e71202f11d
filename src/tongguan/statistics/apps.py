"""Django's entry for this domain."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "tongguan.statistics"
    label = "statistics"
