"""Django's entry for this domain."""

from django.apps import AppConfig


class Ecommerce(AppConfig):
    """Cross-border e-commerce."""

    name = "tongguan.ecommerce"
