"""``python -m tongguan.cli``: the command ``tongguan`` where it is not on the path."""

from tongguan.cli import app

app()
