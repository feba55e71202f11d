"""What is done about taxes: bills told, reduced and gathered; orders sent to the bank and settled."""

from .bills import collect, tell_new
from .payments import ask_again, pay

__all__ = ["ask_again", "collect", "pay", "tell_new"]
