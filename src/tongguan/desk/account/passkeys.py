"""Passkeys (通行密钥): registering, naming and removing one's own, and signing in by one. Only the passkey itself needs script."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongguan.desk import throttle
from tongguan.desk.account.challenges import answered, challenge, new_challenge, portal, possible
from tongguan.desk.account.entering import FACTOR, address, log
from tongguan.desk.account.proving import password_wrong, proof_asked
from tongguan.desk.account.signing_in import PENDING, entered, form, pending, target
from tongguan.desk.audience import personal
from tongguan.desk.permits import self_of
from tongguan.kernel.rules import Refused
from tongguan.kernel.texts import text
from tongguan.parties.actions import passkeys as actions
from tongguan.parties.models import Passkey, Person


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def listed(request: HttpRequest) -> HttpResponse:
    """List one's passkeys; keep one that the browser made, name one, remove one."""
    person, problem = _person(request), ""
    if request.method == "POST":
        if request.POST.get("verb") == "remove" and (asked := proof_asked(request)) is not None:
            return asked
        problem = _act(request, person)
        if not problem:
            return redirect("account_passkeys")
    context: dict[str, Any] = {
        "tab": "passkeys", "rows": actions.passkeys_of(person), "problem": problem, "possible": possible(request),
        "name": request.POST.get("name", "")[:60] if problem else "",
    }  # fmt: skip
    return render(request, "desk/account/passkeys.html", context, status=409 if problem else 200)


def _act(request: HttpRequest, person: Person) -> str:
    """Do what the pressed button says; returns what is wrong."""
    verb, by, at = request.POST.get("verb", ""), self_of(request), timezone.now()
    try:
        if verb == "register":
            actions.register_passkey(
                person, _written(request, "name"), answered(request), challenge(request),
                portal(request), by=by, at=at,
            )  # fmt: skip
            request.session[FACTOR] = True
        elif verb == "rename":
            actions.rename_passkey(person, _number(request), _written(request, "name"))
        elif verb == "remove":
            actions.remove_passkeys(person, _number(request), by=by, at=at)
        else:
            raise Http404
    except Refused as refused:
        return refused.findings[0].text(request.lang)
    except Passkey.DoesNotExist:
        raise Http404 from None
    notices.success(request, text(f"desk.passkeys.did.{verb}", request.lang))
    return ""


@sensitive_post_parameters("password")
@never_cache
@require_POST
@personal
def offer(request: HttpRequest) -> HttpResponse:
    """Answer what the browser needs to make a passkey, after the reader gave his password again."""
    person = _person(request)
    problem, status = password_wrong(request, person)
    if problem:
        return JsonResponse({"problem": problem}, status=status)
    return JsonResponse(actions.offer_registration(person, portal(request), new_challenge(request)))


@never_cache
@require_POST
def offer_sign_in(request: HttpRequest) -> HttpResponse:
    """Answer what the browser needs to sign in by a passkey, or to show again who is signed in."""
    person = request.user if isinstance(request.user, Person) else pending(request)[0]
    return JsonResponse(actions.offer_sign_in(portal(request), new_challenge(request), person))


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign somebody in by a passkey, alone or after his password; it stands for the password and the second factor."""
    at, where = timezone.now(), address(request)
    wanted, goal = pending(request)
    goal = goal or target(request)
    answer, counted = answered(request), f"passkey\n{where}"
    if not answer:  # sent without script: nobody tried anything
        return form(request, goal, problem="desk.passkeys.needs_script", status=400)
    if wait := throttle.attempt(counted, where, at=at):
        return form(request, goal, problem="desk.sign_in.wait", wait=wait, status=429)
    person = actions.check_passkey(answer, challenge(request), portal(request), at=at)
    if person is None or (wanted is not None and wanted != person):
        log("passkey_wrong", wanted)
        return form(request, goal, problem="desk.passkeys.wrong", status=400)
    throttle.succeeded(counted, where)
    request.session.pop(PENDING, None)
    return entered(request, person, goal, factor=True)


def _written(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:200]


def _number(request: HttpRequest) -> int:
    given = request.POST.get("passkey", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise Http404
    return int(given)


def _person(request: HttpRequest) -> Person:
    person = request.user
    assert isinstance(person, Person)
    return person
