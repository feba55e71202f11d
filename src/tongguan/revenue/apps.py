"""Django's entry for this domain."""

from django.apps import AppConfig


class RevenueConfig(AppConfig):
    name = "tongguan.revenue"
    label = "revenue"
