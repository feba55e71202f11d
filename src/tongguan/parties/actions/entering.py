"""Passwords and second factors: setting up, checking, changing, removing."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tongguan.journal.actions import record
from tongguan.kernel import seals
from tongguan.kernel.law import law
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties import keys, totp
from tongguan.parties.models import Person, RecoveryCode, SecondFactor
from tongguan.parties.roles import only
from tongguan.parties.rules.entering import FACTOR_CODE, NEW_FACTOR, OLD_PASSWORD, PASSWORD, PasswordCase

from .notices import note
from .sessions import end_sessions

_SECRET = 20  # bytes, as RFC 4226 recommends
_RECOVERY = 10


def _about(person: int) -> bytes:
    return b"factor/%d" % person


def confirmed_factor(person: Person) -> bool:
    """Say whether somebody gives a code when he signs in."""
    return SecondFactor.objects.filter(person=person, confirmed__isnull=False).exists()


@transaction.atomic
def begin_factor(person: Person, *, at: datetime) -> bytes:
    """Return the secret of a second factor that is being set up, made now if there is none; it counts when confirmed.

    Raises Refused when one stands already.
    """
    row, _ = SecondFactor.objects.select_for_update().get_or_create(
        person=person,
        defaults={"sealed": seals.seal(secrets.token_bytes(_SECRET), keys.master(), _about(person.pk)), "made": at},
    )
    insist(NEW_FACTOR, {"confirmed": row.confirmed})
    return _secret(row)


@transaction.atomic
def confirm_factor(person: Person, written: str, *, by: Actor, at: datetime) -> list[str]:
    """Let a second factor count from now on, and return the recovery codes, which are shown this once.

    Raises Refused for a wrong code, SecondFactor.DoesNotExist when none is being set up.
    """
    row = SecondFactor.objects.select_for_update().get(person=person)
    insist(NEW_FACTOR, {"confirmed": row.confirmed})
    step = totp.step_of(written, _secret(row), at=at, after=row.last_step)
    insist(FACTOR_CODE, {"right": step is not None})
    row.last_step, row.confirmed = step, at
    row.save(update_fields=["last_step", "confirmed"])
    record("factor.confirmed", f"person/{person.pk}", by=by, at=at)
    note(person, "factor_on", at=at)
    return _new_codes(person, at)


@transaction.atomic
def check_factor(person: Person, written: str, *, by: Actor, at: datetime) -> bool:
    """Say whether a code of the app, or a recovery code, is right; either is good once."""
    row = SecondFactor.objects.select_for_update().filter(person=person, confirmed__isnull=False).first()
    if row is None:
        return False
    step = totp.step_of(written, _secret(row), at=at, after=row.last_step)
    if step is not None:
        row.last_step = step
        row.save(update_fields=["last_step"])
        return True
    if totp.step_of(written, _secret(row), at=at, after=0) is not None:  # right, and used before: somebody has read it
        record("factor.code_again", f"person/{person.pk}", by=by, at=at)
        note(person, "code_again", at=at)
        return False
    unused = RecoveryCode.objects.filter(person=person, digest=_digest(person, written), used=None)
    if not unused.update(used=at):
        return False
    left = RecoveryCode.objects.filter(person=person, used=None).count()
    record("recovery_code.used", f"person/{person.pk}", by=by, at=at, left=left)
    note(person, "code_used", at=at)
    return True


@transaction.atomic
def renew_codes(person: Person, *, by: Actor, at: datetime) -> list[str]:
    """Make new recovery codes in place of the old ones and return them; raises SecondFactor.DoesNotExist."""
    SecondFactor.objects.select_for_update().get(person=person, confirmed__isnull=False)
    record("recovery_codes.renewed", f"person/{person.pk}", by=by, at=at)
    note(person, "codes_new", at=at)
    return _new_codes(person, at)


@transaction.atomic
def remove_factor(person: Person, *, by: Actor, at: datetime) -> None:
    """Take a second factor away: one's own, or that of somebody who lost it, by the operator. Raises NotYours."""
    if by.name != person.username:
        only(by, "operator", verb="remove_factor")
    RecoveryCode.objects.filter(person=person).delete()
    if SecondFactor.objects.filter(person=person).delete()[0]:
        record("factor.removed", f"person/{person.pk}", by=by, at=at)
        note(person, "factor_off", at=at)


@transaction.atomic
def change_password(person: Person, old: str, new: str, *, keep: str = "", by: Actor, at: datetime) -> None:
    """Change one's own password; all sessions end but the one whose key is ``keep``.

    Raises Refused when the old one is wrong or the new one is not good enough.
    """
    insist(OLD_PASSWORD, {"right": person.check_password(old)})
    day = timezone.localdate(at, timezone.get_default_timezone())
    about = (person.username, person.name)
    insist(PASSWORD, PasswordCase(new, day, about, old, "new"))
    person.set_password(new)
    person.save(update_fields=["password"])
    end_sessions(person, "password", keep=keep, by=by, at=at)
    record("person.password_changed", f"person/{person.pk}", by=by, at=at)
    note(person, "password", at=at)


def _secret(row: SecondFactor) -> bytes:
    return seals.unseal(bytes(row.sealed), keys.master(), _about(row.person_id))


def _new_codes(person: Person, at: datetime) -> list[str]:
    RecoveryCode.objects.filter(person=person).delete()
    day = timezone.localdate(at, timezone.get_default_timezone())
    written = [
        base64.b32encode(secrets.token_bytes(_RECOVERY)).decode().lower()
        for _ in range(law("parties.recovery_codes", on=day).value)
    ]
    made = [RecoveryCode(person=person, digest=_digest(person, one), made=at) for one in written]
    RecoveryCode.objects.bulk_create(made)
    return ["-".join(one[start : start + 4] for start in range(0, len(one), 4)) for one in written]


def _digest(person: Person, written: str) -> bytes:
    plain = written.replace("-", "").replace(" ", "").lower()
    return hashlib.sha256(f"{person.pk}\n{plain}".encode()).digest()
