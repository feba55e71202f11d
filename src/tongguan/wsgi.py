"""The WSGI application that Granian serves."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongguan.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Read what the first reader of a page would wait for, beside the requests that come meanwhile."""
    from tongguan.desk.measures.views import warm

    warm()


Thread(target=_warm, name="warm", daemon=True).start()
