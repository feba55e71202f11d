"""Every address of the portal: health, the machines' endpoints, the pages."""

from __future__ import annotations

from django.urls import include, path

from tongguan.server import health

handler500 = "tongguan.server.unavailable.failed"

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("tongguan.api.urls")),
    path("", include("tongguan.desk.account.urls")),
    path("", include("tongguan.desk.urls")),
]
