"""Django's entry for this domain."""

from django.apps import AppConfig


class Simulation(AppConfig):
    """Simulated days and what-if."""

    name = "tongguan.simulation"
