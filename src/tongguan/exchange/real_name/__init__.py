"""A simulated real-name login (模拟实名认证): a person drives its page, and proves to be one of a few invented people.

It knows the buyers of the example messages. The code it gives is signed, bound to the nonce it was asked with, and good for
as long as a visitor may take to come back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.core import signing
from django.utils import timezone

from tongguan.kernel.law import law
from tongguan.parties.ports import Proven, RealNameSilent

PAGE = "/own/provider"
"""Where the simulated login is, in the portal itself."""
SILENT = "silent"
_SALT = "tongguan.exchange.real_name"


class TrialPerson(NamedTuple):
    """An invented person with a valid identity number."""

    name: str
    number: str


PEOPLE = {
    "lin": TrialPerson("林小满", "110105199003071028"),
    "bai": TrialPerson("白露", "110101197809084325"),
    "mai": TrialPerson("阿依古丽·买买提", "110108199211252041"),
    "ma": TrialPerson("马思远", "120116198506123017"),
    "wu": TrialPerson("吴无购", "110105198801010014"),
}
"""The people one can prove to be: buyers of the examples, and one who has bought nothing."""


class SimulatedRealName:
    """Plays the login of ``parties.ports.RealName``."""

    def begin(self, *, state: str, nonce: str, back: str) -> str:
        """Return the address of the page on which one chooses whom to be."""
        return f"{PAGE}?{urlencode({'state': state, 'nonce': nonce, 'back': back})}"

    def finish(self, code: str, *, at: datetime) -> Proven | None:
        """Say whom a code proves, None for one that is not ours or too old; raises RealNameSilent when told to be silent."""
        most = law("parties.real_name_trip_minutes", on=timezone.localdate(at)).value
        try:
            told = signing.loads(code, salt=_SALT, max_age=timedelta(minutes=most))
        except signing.BadSignature:
            return None
        if told["who"] == SILENT:
            raise RealNameSilent
        person = PEOPLE[told["who"]]
        return Proven(person.name, person.number, told["nonce"])


def code_for(who: str, nonce: str) -> str:
    """Return the code by which the login says who somebody is; raises KeyError for nobody it knows."""
    if who != SILENT:
        PEOPLE[who]
    return signing.dumps({"who": who, "nonce": nonce}, salt=_SALT)
