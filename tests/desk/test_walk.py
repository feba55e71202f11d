"""Every page that a link leads to, as everybody, in both languages: whole, in its language, small, and asking little.

The demonstration's data are walked from the first page on, so that a new page is judged as soon as a link leads there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import CharField, TextField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.desk.reading import CHINESE, KEY, read
from tests.desk.test_permissions import addresses, filled
from tests.desk.walk import ROLES, name_of, walk

from tongguan.desk.lists.views import LISTS
from tongguan.ecommerce import samples
from tongguan.kernel.law import ROOT
from tongguan.parties.models import Person
from tongguan.server.prepare import prepare

MOST_QUERIES, MOST_BYTES = 12, 150_000
WRITTEN_BY_PEOPLE = ("parties", "governance")
WRITTEN_IN_CHINESE = ("compliance", "credit", "declarations")
"""Applications whose texts people wrote: names, cases, voices; they stand in the language they were written in."""

ENGLISH = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][a-z]{2,}(?![A-Za-z0-9])")
SHOWN_AS_IT_IS = re.compile(
    r"""\[Code:[^\]]*\]|otpauth://\S+|\bwww\.\S+|\biata:\S+|\bCN=.*|\btests/\S+|/[\w/.-]+|\w+_\w+|\w+/\S+|\b[a-z]+[A-Z]\w*
    |\b(?:arrived|system|window|refused|Enter)\b
    |\b(?:guid|dxpId|gcode|country|otpauth|rsa-sha\d+|wsj|DxpMsg|DxpRep|BaseSubscribe|PostgreSQL|Cargo-XML|Apache\ License)\b
    |(?<![A-Za-z])(?:https|Standard\ Webhooks)(?![A-Za-z])
    |\btongguan\ \w+""",
    re.X,
)
"""What is no word of a language: members of messages, addresses, names of programs and of their parts."""
NOT_COUNTED = re.compile(r"parties_monthkey|^(?:RELEASE )?SAVEPOINT|^SET LOCAL")
TITLE = re.compile(r"(?:title|number|name): ['\"]?([^'\"{},\n]{4,})")
KEPT = re.compile(r'action="/lists/([^/"]+)/')
REACHED: dict[tuple[str, str], set[str]] = {}
TECHNICAL = {"operate", "style"}
"""Pages of settings, versions and names of components, which are words of no language."""
NEVER_LINKED = {
    "what_if_file": "is a file",
    "deferral": "is there when a firm asked to pay later",
    "second": "is there when an officer has proposed what two decide",
    "bills_file": "is a file",
    "proof": "is a file",
    "what_if": "is there when one was asked for",
    "evidence": "is a file",
    "journal_event": "is there when the work process has numbered events",
    "journal_proof": "is a file",
    "meeting": "is there when minutes were kept",
    "sandbox_exchange": "is there when somebody tried a message",
    "sandbox_bundle": "is a file",
    "account_code": "comes after the password of who has a second factor",
    "account_invitation": "is opened by the secret in an invitation",
    "account_application": "is there when a firm has applied",
    "account_support": "is there when a firm has been asked",
    "listed_buyer": "is there when somebody was listed",
    "declaration_batch": "is there when many were filed together",
    "declaration_summary_edit": "is there for a summary that is a draft",
    "declaration_withdraw": "is there for what can still be withdrawn, which is not the first of the list",
    "manifest_change": "is there for a manifest that can still be changed, which is not the first of the list",
    "refund": "is there when something that the bank had taken was claimed back",
    "fee_reduction": "is there when a reduction was asked for",
    "bill_receipt": "is there when the payer was told of a bill, which the latest of the demonstration wait for",
    "sandbox_send": "leads to the sandbox",
    "account_digest_confirm": "is opened by the secret in a mail",
    "account_digest_stop": "is opened by the secret in a mail",
    "own_back": "comes after the login at the provider",
    "own_provider": "is the provider of the real-name login, which one is sent to",
    "own_not_mine": "is there when a visitor has proven who he is",
    "disowned_purchase": "is there when somebody has disowned a purchase",
    "webhook": "is there when a firm has set one",
    "webhook_delivery": "is there when something was sent",
    "issuer": "is there where the simulated issuing body is connected",
    "licence_report": "is there when an issuing body refused what was written off",
}
"""Pages that no link of the demonstration leads to; tests of their own read them."""


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    """The data of the demonstration, committed once for this module."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "DEMO", True)
        for name in ("TRIAL_KEYS", "STATIC_ROOT"):
            patch.setattr(settings, name, tmp_path_factory.mktemp(name.lower()))
        prepare(at=timezone.now(), demo=True)
        yield
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def reader(who: str, lang: str) -> Client:
    client = Client(headers={"accept-language": lang})
    if who:
        client.force_login(Person.objects.get(username=who))
    return client


class Judge:
    """Reads pages for a walk and notes what is wrong with each."""

    def __init__(self, who: str, lang: str):
        self.client, self.lang, self.wrong, self.names = reader(who, lang), lang, [], set()
        self.foreign = list(said_by_records())

    def __call__(self, path: str) -> str | None:
        with CaptureQueriesContext(connection) as asked:
            response = self.client.get(path)
        self.names.add(name_of(path))
        if response.status_code == 302:
            return self(response.url) if name_of(response.url) not in ("sign_in", name_of(path)) else None
        if response.status_code != 200:
            return None if response.status_code in (403, 404) else self._is_wrong(path, response.status_code)
        if response.streaming or not response["Content-Type"].startswith("text/html"):
            return None
        html = response.content.decode()
        self._budgets(path, asked, len(response.content))
        self._words(path, html)
        if unknown := set(KEPT.findall(html)) - set(LISTS):
            self._is_wrong(path, "a list whose columns cannot be kept", unknown)
        return html

    def _is_wrong(self, path: str, *why: object) -> None:
        self.wrong.append((path, *why))

    def _budgets(self, path: str, asked: CaptureQueriesContext, size: int) -> None:
        # In service the keys of personal data stay in the process, and what changes nothing opens no transaction.
        counted = [one["sql"] for one in asked if not NOT_COUNTED.search(one["sql"])]
        if len(counted) > MOST_QUERIES or size > MOST_BYTES:
            self._is_wrong(path, len(counted), size, [sql[:200] for sql in counted])

    def _words(self, path: str, html: str) -> None:
        words = read(html)
        for marked, text in words.parts:
            if KEY.search(text.replace("desk.js", "")):
                self._is_wrong(path, "key", text)
            if name_of(path) in TECHNICAL:
                continue
            if (marked or "")[:2] == self.lang and (rest := self._of_the_other_language(text)):
                self._is_wrong(path, "language", rest, text[:80])
        if len(words.ids) != len(set(words.ids)):
            twice = sorted(one for one in set(words.ids) if words.ids.count(one) > 1)
            self._is_wrong(path, "an id stands twice", twice)

    def _of_the_other_language(self, text: str) -> str:
        if not (CHINESE if self.lang == "en" else ENGLISH).search(text):
            return ""
        # A name with its middle hidden, goods of a simulated day, and what records say.
        text = re.sub(r"\S*\*\*+|\S+\d\d款", "", text)
        for one in self.foreign:
            text = text.replace(one, "")
        if self.lang == "en":
            return "".join(CHINESE.findall(text))
        return " ".join(ENGLISH.findall(SHOWN_AS_IT_IS.sub("", text)))


def said_by_records() -> tuple[str, ...]:
    """Return what stands on pages as it was written: names, goods, titles of instruments; the longest first."""
    found = {goods.name for goods in samples.GOODS}
    for app in WRITTEN_BY_PEOPLE:
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if type(field) in (CharField, TextField):
                    found |= set(model.objects.values_list(field.name, flat=True))
    for model in (one for app in WRITTEN_IN_CHINESE for one in apps.get_app_config(app).get_models()):
        for field in model._meta.get_fields():
            if type(field) in (CharField, TextField):
                found |= {one for one in model.objects.values_list(field.name, flat=True) if CHINESE.search(one or "")}
    found |= set(titles())
    return tuple(sorted((one for one in found if isinstance(one, str) and len(one) > 1), key=len, reverse=True))


def titles() -> Iterator[str]:
    """Return the title of every instrument that a value of the law names."""
    for path in ROOT.rglob("*.yaml"):
        if "texts" not in path.parts:
            yield from TITLE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", ROLES)
def test_every_page_a_link_leads_to(db, who, lang):
    judge = Judge(who, lang)
    assert len(list(walk(judge))) > 5
    REACHED[who, lang] = judge.names
    assert not judge.wrong, "\n".join(repr(one) for one in judge.wrong)


def test_no_page_is_beyond_the_links(db):
    if len(REACHED) < 2 * len(ROLES):
        pytest.skip("only a part of the pages was walked")
    asked = reader("platform", "en")
    forms = {name for name, route in addresses().items() if asked.get(filled(route)).status_code == 405}
    assert set(addresses()) - set().union(*REACHED.values()) - forms - {"sign_out"} == set(NEVER_LINKED)
