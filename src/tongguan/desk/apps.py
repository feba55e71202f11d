"""Django's entry for the pages."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tongguan.desk"
    label = "desk"

    def ready(self) -> None:
        """Watch the statements of this process, whichever it is."""
        from tongguan.server import slow

        slow.install()
