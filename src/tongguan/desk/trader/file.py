"""Filing (申报): messages as files, one or many, with or without script, and what became of each at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tongguan.desk import words
from tongguan.desk.audience import acting, signed_in
from tongguan.ecommerce.intake import NodeOutcome, Outcome, receive
from tongguan.ecommerce.intake.receive import FILERS
from tongguan.ecommerce.trial import sign_unsigned
from tongguan.formats.ceb.parsing import SIZE_LIMIT
from tongguan.kernel.rules import Refused
from tongguan.kernel.states import Actor, NotYours
from tongguan.kernel.texts import text
from tongguan.parties.certificates import trials_allowed

SIGN = "sign"  # the box that asks to sign what is unsigned
PART = "X-Part"  # the header by which the script asks for the result of one file instead of a page


@dataclass(slots=True)
class Node:
    """A document of a filed message and what became of it."""

    position: int
    number: str
    mark: words.Mark
    status: str
    remarks: list[words.Remark]
    href: str


@dataclass(slots=True)
class Result:
    """What became of one file; ``problem`` when nothing could be read from it, with what to do about it."""

    name: str
    size: int
    title: str = ""
    kind: str = ""
    message: int | None = None
    accepted: int = 0
    refused: int = 0
    nodes: list[Node] = field(default_factory=list)
    problem: str = ""
    code: str = ""
    advice: str = ""

    @property
    def tone(self) -> str:
        """The group by which the result is marked."""
        return "needs_you" if self.problem or self.refused else "done"


def filed(upload: UploadedFile, *, by: Actor, lang: str, sign: bool = False) -> Result:
    """File one message and return what became of it; raises NotYours for a role that files nothing.

    ``sign`` asks to sign it first where it has to be and is not, which only a demonstration does.
    """
    result = Result(upload.name or "", upload.size or 0)
    if result.size > SIZE_LIMIT:
        return _unread(result, words.TOO_LARGE, text("desk.file.too_large", lang, limit=SIZE_LIMIT // 1024**2), lang)
    try:
        data, at = upload.read(), timezone.now()
        outcome = receive(sign_unsigned(data, by=by, at=at) if sign else data, sender=by, at=at)
    except (Refused, LookupError) as problem:  # LookupError: the law has no value for today
        result.problem = problem.text(lang) if hasattr(problem, "text") else text("desk.file.not_configured", lang)
        return result
    result.message, result.kind = outcome.message, outcome.kind
    result.title = words.message(outcome.kind, lang)
    if outcome.problem is not None:
        said = outcome.problem.info_zh if lang == "zh" else outcome.problem.info_en
        return _unread(result, outcome.problem.status, said, lang)
    result.accepted, result.refused = outcome.accepted, outcome.refused
    result.nodes = [_node(node, outcome, lang) for node in outcome.nodes]
    return result


def _unread(result: Result, code: str, problem: str, lang: str) -> Result:
    result.problem, result.code = problem, code
    result.advice = words.advice(code, lang)
    return result


def _node(node: NodeOutcome, outcome: Outcome, lang: str) -> Node:
    found = words.remarks(node.findings, outcome.kind, lang)
    return Node(
        node.position, node.number, words.status(node.status, lang), node.status, found, _leads_to(node, outcome)
    )


def _leads_to(node: NodeOutcome, outcome: Outcome) -> str:
    """Return where the parcel of a document is seen, by way of the search where only its own number is known."""
    if not node.subject or not node.number:
        return ""
    platform = node.reply.keys.get("ebpCode") if node.reply else None
    if platform and outcome.kind in ("CEB311Message", "CEB621Message"):
        return reverse("parcel", args=[platform, node.number])
    return f"{reverse('find')}?q={node.number}"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def file(request: HttpRequest) -> HttpResponse:
    """Take messages in and show what became of them; for the script, of one file as a part of a page."""
    actor = acting(request)
    assert actor is not None
    context: dict[str, Any] = {
        "limit": SIZE_LIMIT // 1024**2, "limit_bytes": SIZE_LIMIT, "results": [], "trials": trials_allowed(),
        "sign": request.method != "POST" or SIGN in request.POST,
    }  # fmt: skip
    if actor.role not in FILERS:
        refused = NotYours(machine="filing", verb="file", role=actor.role, roles=sorted(FILERS))
        if request.method == "POST":
            raise PermissionDenied(refused.text(request.lang))
        return render(request, "desk/file.html", {**context, "why_not": refused.text(request.lang)})
    if request.method != "POST":
        return render(request, "desk/file.html", context)
    uploads = request.FILES.getlist("messages")
    sign = bool(context["trials"] and context["sign"])
    context["results"] = [filed(upload, by=actor, lang=request.lang, sign=sign) for upload in uploads]
    context["nothing"] = not uploads
    if request.headers.get(PART):
        return render(request, "desk/part/results.html", context, status=200 if uploads else 400)
    return render(request, "desk/file.html", context, status=200 if uploads else 400)
