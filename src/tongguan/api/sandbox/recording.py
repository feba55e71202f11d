"""Every exchange with the sandbox is kept (联调留痕): whatever was sent, and whatever was answered, a problem too."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tongguan.kernel.states import Actor
from tongguan.kernel.texts import LANGUAGES
from tongguan.sandbox import actions, answering
from tongguan.sandbox.access import insist_on_sender
from tongguan.sandbox.judging import Judged, judge

from .. import bodies, problems
from ..callers import Caller
from ..problems import Problem


class Recording:
    """One exchange while it takes place; ``number`` is the one it will be kept under.

    A view sets ``is_kept`` to False where there is nothing to keep.
    """

    def __init__(self, request: HttpRequest, who: Caller, form: str, kind: str = ""):
        self.request, self.who, self.form, self.kind = request, who, form, kind
        self.at: datetime = timezone.now()
        self.number, self.is_kept = 0, True
        self.body = self.message = b""
        self.judged: Judged | None = None
        self.told: list[answering.Told] = []
        self._problem: dict[str, str] | None = None
        self._began = time.perf_counter()

    @property
    def actor(self) -> Actor:
        """Who sends; raises Problem for somebody unknown."""
        return self.who.known

    def read(self) -> bytes:
        """Return the body; raises TooLarge and Problem. Of one that is too large the beginning is kept."""
        try:
            self.body = bodies.body(self.request)
        except bodies.TooLarge as error:
            self.body = error.head
            raise
        return self.body

    def judge(self, data: bytes, dxp_id: str = "") -> bytes | None:
        """Judge a message and return its receipt; None where there is silence.

        ``dxp_id`` is the exchange number an envelope names as its sender, in place of the caller's own.
        """
        self.message = b"" if data == self.body else data
        self.judged = judge(data, sender=self.actor, at=self.at, dxp_id=dxp_id or self.who.dxp_id)
        self.told = answering.told(self.judged)
        return answering.xml(self.judged, self.told, data)

    def answered(self, view: Callable[[Recording], HttpResponse]) -> HttpResponse:
        """Return what a view answers, or the problem it raises, and keep it; raises Problem for who may not send."""
        insist_on_sender(self.actor)
        self.number = actions.new_number()
        try:
            response = view(self)
        except Exception as error:
            response = self._failed(error)
        if self.is_kept:
            self._keep(response)
        return response

    def _failed(self, error: Exception) -> HttpResponse:
        found = bodies.too_large() if isinstance(error, bodies.TooLarge) else problems.of(error, self.request)
        self._problem = {"status": "", "code": found.code, **{lang: found.detail()[lang] for lang in LANGUAGES}}
        return problems.answer(self.request, found)

    def note(self, problem: Problem) -> None:
        """Note what is wrong with a request that is answered in another way than by a problem."""
        self._problem = {"status": "", "code": problem.code, **problem.detail()}

    def _keep(self, response: HttpResponse) -> None:
        sent = actions.Sent(
            self.actor, self.form, self.request.get_full_path(), dict(self.request.headers), self.body, self.message,
            self.kind,
        )  # fmt: skip
        took = int((time.perf_counter() - self._began) * 10**6)
        served = actions.Served(
            response.status_code, response.headers.get("Content-Type", ""), response.content, took, self._problem
        )
        actions.keep(self.number, sent, served, judged=self.judged, receipts=self.told, at=self.at)
