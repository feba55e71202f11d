"""Passkeys (通行密钥, WebAuthn): registering, naming, removing, and signing in by one.

The device keeps the private key and asks for a finger, a face or a PIN; it signs a challenge of ours for the address of the
portal only, so nobody gets it out of somebody by a portal that looks alike.
"""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tongguan.journal.actions import record
from tongguan.kernel.rules import insist
from tongguan.kernel.states import Actor
from tongguan.parties import keys
from tongguan.parties.models import Passkey, Person
from tongguan.parties.roles import only
from tongguan.parties.rules.passkeys import NAMING, REGISTERING, PasskeyCase

from .notices import note

MOST = 20
"""Passkeys of one person."""

_VERIFIED = UserVerificationRequirement.REQUIRED


class Portal(NamedTuple):
    """The address for which passkeys are made: its host name, and how pages are reached there."""

    host: str
    origin: str


def offer_registration(person: Person, portal: Portal, challenge: bytes) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, as JSON holds it."""
    known = [PublicKeyCredentialDescriptor(id=bytes(row.credential)) for row in passkeys_of(person)]
    options = generate_registration_options(
        rp_id=portal.host, rp_name="Tongguan 通关", user_name=person.username, user_display_name=str(person),
        user_id=_known_as(person), challenge=challenge, exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
    )  # fmt: skip
    return options_to_json_dict(options)


@transaction.atomic
def register_passkey(
    person: Person, name: str, answer: str, challenge: bytes, portal: Portal, *, by: Actor, at: datetime
) -> Passkey:
    """Keep the passkey that a browser made for a challenge. Raises Refused for what is not right."""
    Person.objects.select_for_update().get(pk=person.pk)
    try:
        made = verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=portal.host, expected_origin=portal.origin,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError):
        made = None
    known = made is not None and Passkey.objects.filter(credential=made.credential_id).exists()
    left = MOST - Passkey.objects.filter(person=person).count()
    insist(REGISTERING, PasskeyCase(name.strip(), made is not None, known, left))
    assert made is not None
    row = Passkey.objects.create(
        person=person, credential=made.credential_id, public_key=made.credential_public_key, count=made.sign_count,
        name=name.strip(), made=at,
    )  # fmt: skip
    record("passkey.registered", f"person/{person.pk}", by=by, at=at, passkey=row.pk)
    note(person, "passkey_on", at=at)
    return row


def offer_sign_in(portal: Portal, challenge: bytes, person: Person | None = None) -> dict[str, Any]:
    """Return what a browser needs to sign in by a passkey: of somebody who gave his password, or of whoever he is."""
    known = passkeys_of(person) if person is not None else []
    allowed = [PublicKeyCredentialDescriptor(id=bytes(row.credential)) for row in known]
    options = generate_authentication_options(
        rp_id=portal.host, challenge=challenge, allow_credentials=allowed, user_verification=_VERIFIED
    )
    return options_to_json_dict(options)


@transaction.atomic
def check_passkey(answer: str, challenge: bytes, portal: Portal, *, at: datetime) -> Person | None:
    """Return who signed a challenge by one of his passkeys, or None. A passkey that was copied is refused by its count."""
    row = _named(answer)
    if row is None:
        return None
    try:
        said = verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=portal.host, expected_origin=portal.origin,
            credential_public_key=bytes(row.public_key), credential_current_sign_count=row.count,
            require_user_verification=True,
        )  # fmt: skip
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError):
        return None
    row.count, row.used = said.new_sign_count, at
    row.save(update_fields=["count", "used"])
    return row.person


def _named(answer: str) -> Passkey | None:
    try:
        found = json.loads(answer)
        credential = base64url_to_bytes(found["rawId"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("person")
    return rows.filter(credential=credential, person__is_active=True).first()


@transaction.atomic
def rename_passkey(person: Person, number: int, name: str) -> None:
    """Call one's passkey otherwise. Raises Refused, Passkey.DoesNotExist for another's."""
    row = Passkey.objects.get(pk=number, person=person)
    insist(NAMING, PasskeyCase(name.strip()))
    row.name = name.strip()
    row.save(update_fields=["name"])


@transaction.atomic
def remove_passkeys(person: Person, number: int | None = None, *, by: Actor, at: datetime) -> int:
    """Take one passkey away, or all: one's own, or those of somebody who lost them, by the operator. Raises NotYours."""
    if by.name != person.username:
        only(by, "operator", verb="remove_factor")
    rows = Passkey.objects.filter(person=person)
    if number is not None:
        rows = rows.filter(pk=number)
    over = sorted(rows.values_list("pk", flat=True))
    rows.delete()
    if over:
        record("passkey.removed", f"person/{person.pk}", by=by, at=at, passkeys=over)
        note(person, "passkey_off", at=at)
    return len(over)


def passkeys_of(person: Person) -> list[Passkey]:
    """Return somebody's passkeys, the first made first."""
    return list(Passkey.objects.filter(person=person).order_by("id")[:MOST])


def _known_as(person: Person) -> bytes:
    """Return by what a device knows a person; nobody reads his number from it."""
    return hmac.digest(keys.master(), b"passkey/%d" % person.pk, "sha256")
