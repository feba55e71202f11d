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
from tongguan.parties.actions.inviting import accept_invitation, invite, withdraw_invitation
from tongguan.parties.actions.joining import (
    apply,
    approve_application,
    ask_register,
    ask_register_again,
    refuse_application,
)
from tongguan.parties.actions.machines import give_access, issue, renew_access, revoke
from tongguan.parties.actions.mandates import ask_mandate, decide_mandate
from tongguan.parties.actions.people import (
    admit,
    change_functions,
    disable_person,
    end_membership,
    hand_over,
    note_data_taken,
    post,
)
from tongguan.parties.actions.sessions import end_sessions, forget_sessions, open_session, rename_session, see_session

__all__ = [
    "accept_invitation", "admit", "apply", "approve_application", "ask_mandate", "ask_register", "ask_register_again",
    "begin_factor", "change_functions", "change_password", "check_factor", "confirm_factor", "confirmed_factor",
    "decide_mandate", "disable_person", "end_membership", "end_sessions", "forget_sessions", "give_access", "hand_over",
    "invite", "issue", "meet", "note_data_taken", "open_session", "post", "refuse_application", "register", "remove_factor",
    "rename_session", "renew_access", "renew_codes", "revoke", "see_session", "withdraw_invitation",
]  # fmt: skip
