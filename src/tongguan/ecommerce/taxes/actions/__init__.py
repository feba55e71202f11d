"""What is done about taxes: bills told, reduced, chosen and gathered; orders sent to the bank and settled."""

from .bills import choose, collect, collect_left, tell_new
from .payments import ask_again, pay

__all__ = ["ask_again", "choose", "collect", "collect_left", "pay", "tell_new"]
