"""The first page of those who have not signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongguan.desk.audience import capacity
from tongguan.desk.public.figures import live
from tongguan.desk.public.services import catalogue
from tongguan.desk.trader.home import home as desk


@require_safe
def first(request: HttpRequest) -> HttpResponse:
    """Show what the window is, or what needs the reader when he is signed in."""
    if request.user.is_authenticated:
        return desk(request) if capacity(request) else redirect("account")  # who has no role yet asks for one there
    everybody = catalogue(request.lang)[0][1]
    return render(request, "desk/welcome.html", {"live": live(), "ways": everybody})
