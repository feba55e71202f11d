"""The keys that a demonstration signs with: one an enterprise, in the home folder, readable by its owner only.

A real signer holds his key on a card that never leaves him. Here there is no card, so that whoever tries the program
can see a signed message before he has a key of his own. Outside a demonstration there are none.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tongguan.formats import signing
from tongguan.kernel.states import Actor
from tongguan.parties.certificates import TrialCard, known, make_trial, register
from tongguan.parties.models import Enterprise


@transaction.atomic
def card_of(enterprise: Enterprise, *, by: Actor, at: datetime) -> TrialCard:
    """Return the card of an enterprise, registered and in force; made when there is none, or none that still is.

    Raises Refused outside a demonstration, NotYours for other people than its own.
    """
    Enterprise.objects.select_for_update().get(pk=enterprise.pk)  # of several that find none, one makes it
    by = replace(by, abilities=None)  # the card is the demonstration's: whoever files may have it signed
    path = Path(settings.TRIAL_KEYS) / f"{enterprise.code}.pem"
    if (card := _kept(path)) is not None and signing.read_certificate(card.certificate).valid_at(at):
        row = known(enterprise.pk, card.certificate)
        if row is None:
            register(enterprise, card.certificate, by=by, at=at)
        if row is None or row.state(at) == "in_force":
            return card
    card = make_trial(enterprise, by=by, at=at)
    _keep(path, card)
    return card


def _kept(path: Path) -> TrialCard | None:
    try:
        return TrialCard.read(path.read_bytes())
    except (FileNotFoundError, signing.NotKey, signing.NotCertificate):
        return None


def _keep(path: Path, card: TrialCard) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(card.pem())
    draft.replace(path)
