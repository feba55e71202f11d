"""What people write into the fields of forms."""

from __future__ import annotations

from django.http import HttpRequest


def written(request: HttpRequest, name: str, longest: int) -> str:
    """Return what was written into a field, without blanks around it, and without zero bytes, which no database keeps."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]
