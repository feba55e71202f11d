"""The addresses for machines."""

from __future__ import annotations

from django.urls import include, path, re_path

from . import docs, dxp, openapi, transport
from .problems import shaped, unknown_address
from .sandbox import dxp as sandbox_dxp
from .sandbox import transport as sandbox
from .v1 import api

v1, _, _ = api.urls
for pattern in v1:
    pattern.callback = shaped(pattern.callback)

urlpatterns = [
    path("cebcmsg", transport.cebcmsg),
    path("dxp", dxp.dxp),
    *(path(address[1:], transport.poll(kind)) for address, kind in openapi.polls().items()),
    path("sandbox/cebcmsg", sandbox.cebcmsg),
    path("sandbox/dxp", sandbox_dxp.dxp),
    *(path(address[1:], sandbox.poll(kind)) for address, kind in sandbox.polls().items()),
    path("api/docs", docs.docs),
    path("api/v1/openapi.json", openapi.openapi),
    path("api/v1/", include((v1, "api"))),
    re_path(r"^(?:api/|ceb|sandbox/(?:ceb|dxp))", unknown_address),
]
