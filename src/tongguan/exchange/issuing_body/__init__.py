"""A simulated issuing body (模拟发证机关): ``TONGGUAN_ISSUING_BODY=tongguan.exchange.issuing_body.SimulatedBody``.

A person drives it with ``tongguan issuer``, or as operator on the page ``/operate/issuing-body``. It issues nothing that
is worth anything.
"""

from __future__ import annotations

from datetime import datetime

from tongguan.licences.ports import Answer, BodySilent, Delivered, Drawn, Entered, Filed

from ..models import EVERYBODY, BodyCase, BodyDelivery
from . import actions
from .papers import application_of, issued_of

_AT_ONCE = 100


class SimulatedBody:
    """Plays the body of ``licences.ports.IssuingBody``, in the mode that ``actions.let_body`` has set."""

    def file(self, filed: Filed, *, at: datetime) -> Answer:
        """Take an application and say what became of it; raises BodySilent in the modes *late* and *lost*."""
        return actions.file(filed, at=at)

    def ask(self, number: str, *, at: datetime) -> Answer | None:
        """Say what became of an application, or None; raises BodySilent while its holder's mode is *late* or *lost*."""
        row = BodyCase.objects.filter(number=number).first()
        _speak(row.holder if row else EVERYBODY)
        return actions.answer(row) if row else None

    def delivered(self, after: int, *, at: datetime) -> list[Delivered]:
        """Return what was delivered after a place; raises BodySilent while everybody's mode is *late* or *lost*."""
        _speak(EVERYBODY)
        rows = BodyDelivery.objects.filter(pk__gt=after).order_by("pk")[:_AT_ONCE]
        return [
            Delivered(row.pk, row.type, row.number, application_of(row.asked), issued_of(row.issued), row.revoked)
            for row in rows
        ]

    def enter(self, drawn: Drawn, *, at: datetime) -> Entered:
        """Enter what was written off of a licence it knows, or refuse it in everybody's mode *refuse*.

        Raises BodySilent in everybody's modes *late* and *lost*.
        """
        mode, words = actions.mode_for(EVERYBODY)
        if mode == "lost":
            raise BodySilent
        if mode == "refuse":
            return Entered(False, words or actions.USUAL_WORDS)
        said = actions.enter(drawn, at=at)
        if mode == "late":
            raise BodySilent
        return said


def _speak(holder: str) -> None:
    if actions.mode_for(holder)[0] in ("late", "lost"):
        raise BodySilent
