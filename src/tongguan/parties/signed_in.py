"""Who is signed in (已登录人员), read with the roles he can act in: every page asks for both."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from .models import Membership, Person
from .queries import remember


class WithRoles(ModelBackend):
    """Django's backend of passwords; it reads a person and his roles in one query instead of two."""

    def get_user(self, user_id: Any) -> Person | None:
        """Return the person of a session, None when he may not sign in any more."""
        rows = Membership.objects.filter(person=user_id, ended=None).select_related("person", "enterprise")
        held = list(rows.order_by("id"))
        if not held:
            return super().get_user(user_id)
        person = held[0].person
        if not self.user_can_authenticate(person):
            return None
        remember(person, held)
        return person
