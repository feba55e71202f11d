"""What can be done about parties: enterprises, people, their passwords, second factors and sessions, machine clients."""

from tongguan.parties.actions.entering import (
    begin_factor,
    change_password,
    check_factor,
    confirm_factor,
    confirmed_factor,
    remove_factor,
    renew_codes,
)
from tongguan.parties.actions.enterprises import meet, register
from tongguan.parties.actions.machines import issue, revoke
from tongguan.parties.actions.people import admit
from tongguan.parties.actions.sessions import end_sessions, forget_sessions, open_session, rename_session, see_session

__all__ = [
    "admit", "begin_factor", "change_password", "check_factor", "confirm_factor", "confirmed_factor", "end_sessions",
    "forget_sessions", "issue", "meet", "open_session", "register", "remove_factor", "rename_session", "renew_codes",
    "revoke", "see_session",
]  # fmt: skip
