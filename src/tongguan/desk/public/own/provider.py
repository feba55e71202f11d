"""The page of the simulated real-name login: one chooses whom to be, to refuse, or to get no answer."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongguan.exchange.real_name import PEOPLE, SILENT, SimulatedRealName, code_for
from tongguan.parties.masks import identity

from .entering import unseen

_OURS = f"{SimulatedRealName.__module__}.{SimulatedRealName.__qualname__}"
_LONGEST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@unseen
def provider(request: HttpRequest) -> HttpResponse:
    """Show whom one can prove to be; what is chosen leads back to the portal. It is there with the simulated login only."""
    if settings.REAL_NAME != _OURS:
        raise Http404
    state, nonce = (request.GET.get(name, "")[:_LONGEST] for name in ("state", "nonce"))
    if request.method != "POST":
        people = [(key, one.name, identity(one.number)) for key, one in PEOPLE.items()]
        return render(request, "desk/own/provider.html", {"people": people, "silent": SILENT})
    who = request.POST.get("who", "")
    told = {"code": code_for(who, nonce)} if who in PEOPLE or who == SILENT else {"error": "access_denied"}
    return HttpResponseRedirect(f"{reverse('own_back')}?{urlencode({'state': state, **told})}")
