"""What ``make run`` starts with: invented firms, people who can sign in, and parcels of every fate.

Nothing here is real, and nothing is done by a side door: people are admitted, firms registered and messages filed by the
same actions as everybody's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.crypto import salted_hmac

from tongguan.compliance.demo import show_compliance
from tongguan.credit.demo import show_credit
from tongguan.declarations.demo import OFFICER, show_declarations
from tongguan.declarations.two_steps.demo import show_two_steps
from tongguan.inspections.access.actions import issue as order_checks
from tongguan.kernel.states import Actor
from tongguan.licences.demo import show_licences
from tongguan.parties.actions import admit, post, register
from tongguan.parties.models import Person
from tongguan.parties.queries import find
from tongguan.revenue.demo import show_payments

from . import samples
from .bonded_samples import WAREHOUSE, open_demo_books
from .demo_arrivals import file_arrivals, register_site
from .demo_deposits import keep_deposit
from .demo_patterns import file_patterns
from .demo_requests import file_requests
from .demo_shops import open_shop
from .intake import receive
from .models import Inventory, Order
from .trial import sign_unsigned

SEED = 20261121
MOST = 8
PREFIX = "DM"
"""What the order numbers of the demo's full messages begin with."""
EXAMPLES = (b"EX2026", b"DE2026")
"""What the numbers of the example messages begin with, and those the demo files them under."""


class DemoPerson(NamedTuple):
    """Somebody who can sign in to the demo."""

    username: str
    role: str
    firm: samples.Firm | None
    name: str
    name_en: str
    office: str = ""

    @property
    def password(self) -> str:
        """The password: made from the service's own secret, so that no two installations share one."""
        return salted_hmac("tongguan.demo", self.username, secret=settings.SECRET_KEY).hexdigest()[:12]


PEOPLE = (
    DemoPerson("platform", "platform", samples.PLATFORM, "王晓雯", "Wang Xiaowen"),
    DemoPerson("broker", "broker", samples.BROKER, "李建国", "Li Jianguo"),
    DemoPerson("payer", "payer", samples.PAYER, "陈静", "Chen Jing"),
    DemoPerson("carrier", "carrier", samples.CARRIER, "赵磊", "Zhao Lei"),
    DemoPerson("warehouse", "trader", WAREHOUSE, "孙伟", "Sun Wei"),
    DemoPerson("tally", "site", samples.SITE, "吴强", "Wu Qiang"),
    DemoPerson("officer", "officer", None, "周敏", "Zhou Min"),
    DemoPerson("tianjin", "officer", None, "何静（天津）", "He Jing (Tianjin)", "0202"),
    DemoPerson("beijing", "officer", None, "高原（北京）", "Gao Yuan (Beijing)", "0101"),
    DemoPerson("operator", "operator", None, "窗口运行", "Window operator"),
    DemoPerson("auditor", "auditor", None, "审计", "Auditor"),
    DemoPerson("commerce", "member", None, "刘芳", "Liu Fang"),
)


def prepare(*, by: Actor, at: datetime, examples: Path | None = None) -> None:
    """Register the firms, admit the people and file the first parcels; doing it twice changes nothing."""
    for firm in samples.FIRMS:
        register(
            firm.code,
            firm.customs_registration,
            name_zh=firm.name,
            name_en=firm.name_en,
            kinds=[firm.kind],
            by=by,
            at=at,
        )
    open_demo_books(at, by=by)
    register_site(by=by, at=at)
    for who in PEOPLE:
        if not Person.objects.filter(username=who.username).exists():
            firm = find(who.firm.code) if who.firm else None
            person = admit(who.username, who.name, who.password, [(who.role, firm)], by=by, at=at)
            if who.office:
                post(person, who.office, by=by, at=at)
    if not Order.objects.filter(order_no__startswith=PREFIX).exists():
        for data in _examples(examples or settings.EXAMPLES):
            receive(sign_unsigned(data, by=by, at=at), sender=by, at=at)
        _traffic(by, at)
    file_arrivals(by=by, at=at)
    file_patterns(by=by, at=at)
    file_requests(at)
    open_shop(at)
    keep_deposit(at)
    _general_trade(at)


def _general_trade(at: datetime) -> None:
    """Show an importer's licences, guarantees and bills, and what its broker declares for it."""
    importer = find(WAREHOUSE.code)
    if importer is None:
        return
    show_credit(WAREHOUSE.code, samples.BROKER.code, samples.PLATFORM.code, samples.PAYER.code, at)
    show_licences(WAREHOUSE.code, samples.BROKER.code, at)
    show_payments(importer, at=at)
    show_declarations(WAREHOUSE.code, samples.BROKER.code, samples.CARRIER.code, at, samples.SITE.code)
    summary = show_two_steps(WAREHOUSE.code, samples.BROKER.code, samples.CARRIER.code, at)
    if summary is not None:
        order_checks(summary.pk, port=True, destination=True, by=OFFICER, at=at)
    show_compliance(WAREHOUSE.code, samples.BROKER.code, at)


def _examples(folder: Path | None) -> Iterator[bytes]:
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("*.xml")):
            yield _renumbered(path.read_bytes(), path.stem)


def _renumbered(data: bytes, name: str) -> bytes:
    """Return an example under numbers of the demo, so that the file itself is new to whoever tries it."""
    own = samples.guid(random.Random(f"{SEED}/{name}")).encode()
    return re.sub(rb'guid="[^"]*"', b'guid="' + own + b'"', data, count=1).replace(*EXAMPLES)


def _traffic(by: Actor, at: datetime) -> None:
    """File full messages until chance has drawn somebody, so that the officer finds a check on his desk."""
    for number in range(MOST):
        batch = list(samples.parcels(50, seed=SEED % 1000 + number, at=at, prefix=PREFIX))
        for data in samples.messages(batch, sender=samples.BROKER, seed=number).values():
            receive(sign_unsigned(data, by=by, at=at), sender=by, at=at)
        if Inventory.objects.filter(state="check").exists():
            return
