"""What can be done about parties: register and meet enterprises, admit people, issue and revoke machine clients."""

from tongguan.parties.actions.enterprises import meet, register
from tongguan.parties.actions.machines import issue, revoke
from tongguan.parties.actions.people import admit

__all__ = ["admit", "issue", "meet", "register", "revoke"]
