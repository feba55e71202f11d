"""Filing where messages must be signed: through the door, the command line and the demonstration."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.ecommerce.asking import AT, bought, inventory_of, refund, withdrawal
from tests.ecommerce.filing import OPERATOR, file
from tests.ecommerce.signed import Signer, enterprise

from tongguan.ecommerce import demo, samples
from tongguan.ecommerce.intake import receive
from tongguan.ecommerce.models import Inventory
from tongguan.ecommerce.trial import sign_unsigned
from tongguan.formats import ceb
from tongguan.inspections.draws import ensure_keys
from tongguan.kernel.states import Actor
from tongguan.parties import certificates

FIRM = samples.BROKER


@pytest.fixture(autouse=True)
def required(settings, tmp_path):
    settings.SIGNATURES, settings.SIGNATURE_MODE, settings.DEMO = "required", "lenient", True
    settings.TRIAL_KEYS = tmp_path / "trial"


def sent(data: bytes, *, sender: Actor | None = OPERATOR, at=AT) -> list[str]:
    return [node.status for node in receive(data, sender=sender, at=at).nodes]


def asked(document, kind: str) -> bytes:
    transfer = ceb.BaseTransfer(copCode=FIRM.code, copName=FIRM.name, dxpMode="DXP", dxpId="DXPTG1")
    return ceb.write(kind, [document], document.guid, transfer=transfer, unsigned=True)


def with_vouchers(parcel: samples.Parcel) -> bytes:
    """File the three documents of a parcel, which need no signature; return its inventory as a message."""
    for noun in ("order", "payment", "waybill"):
        file(noun, getattr(parcel, noun))
    return samples.message("inventory", [parcel.inventory])


def test_a_parcel_its_withdrawal_and_its_return(window, nobody_drawn):
    signer, parcel = Signer(), bought("S-1")
    data = with_vouchers(parcel)
    assert sent(data) == ["-621026"] and not Inventory.objects.exists()
    assert sent(signer.sign(data)) == ["800"]
    back = asked(refund(parcel, at=AT + timedelta(days=1)), "CEB625Message")
    assert sent(back, at=AT + timedelta(days=1)) == ["-625028"]
    assert sent(signer.sign(back), at=AT + timedelta(days=1)) == ["120"]
    waiting = bought("S-2")
    assert sent(signer.sign(samples.message("inventory", [waiting.inventory]))) == ["2"]
    taken = asked(withdrawal(waiting), "CEB623Message")
    assert sent(taken) == ["-623017"] and inventory_of(waiting).state == "waiting"
    assert sent(signer.sign(taken))[0] in {"120", "399"}


def test_what_was_changed_after_it_was_signed_is_kept_and_refused(window):
    data = Signer().sign(with_vouchers(bought("S-3")))
    outcome = receive(data.replace(b"DXPTG", b"DXPTH"), sender=OPERATOR, at=AT)
    [node] = outcome.nodes
    assert node.status == "-621028" and "-621028" in node.info and not Inventory.objects.exists()
    assert ceb.read(outcome.receipt).documents[0].returnStatus == "-621028"


def test_one_node_declares_and_one_is_put_by(window):
    first, second = bought("S-4"), bought("S-5").changed("inventory", appStatus="1")
    outcome = receive(samples.message("inventory", [first.inventory, second.inventory]), sender=OPERATOR, at=AT)
    assert [node.status for node in outcome.nodes] == ["-621026", "1"]
    assert ("-621026", "warn") in {(found.code, found.level) for found in outcome.nodes[1].findings}


def test_replayed_after_it_was_deleted(window):
    signer, parcel = Signer(), bought("S-6")
    new = signer.sign(samples.message("inventory", [parcel.inventory]))
    gone = parcel.changed("inventory", appType="3", appTime="20260501090001").inventory
    assert sent(new) == ["2"]
    assert sent(signer.sign(samples.message("inventory", [gone], seed=1)))[0] in {"120", "2", "399", "1"}
    assert sent(new) == ["-621025"]


def test_of_another_firm_the_card_is_not_even_looked_at(window):
    data = Signer().sign(samples.message("inventory", [bought("S-7").inventory]))
    stranger = Actor("x", "platform", enterprise(samples.PLATFORM).pk)
    assert sent(data, sender=stranger) == ["-621016"]
    assert sent(data) == ["2"]  # and nothing was used up


def test_at_the_open_door(window, settings):
    settings.OPEN_INTAKE = True
    data = samples.message("inventory", [bought("S-8").inventory])
    assert sent(data, sender=None) == ["-621026"]
    assert sent(sign_unsigned(data, by=None, at=AT), sender=None) == ["2"]


def test_revoked_while_it_is_filed(racing_window):
    signer = Signer()
    messages = [signer.sign(samples.message("inventory", [bought(f"R-{n}").inventory], seed=n)) for n in range(8)]
    said: list[str] = []

    def run(act) -> threading.Thread:
        def acting():
            try:
                said.append(act())
            finally:
                connection.close()

        thread = threading.Thread(target=acting)
        thread.start()
        return thread

    threads = [run(lambda data=data: sent(data)[0]) for data in messages[:4]]
    threads.append(run(lambda: certificates.revoke(signer.row.pk, "lost", by=OPERATOR, at=AT) and "revoked"))
    threads += [run(lambda data=data: sent(data)[0]) for data in messages[4:]]
    for thread in threads:
        thread.join(60)
    assert len(said) == 9 and {*said} <= {"2", "-621015", "revoked"}
    late = samples.message("inventory", [bought("R-9").inventory], seed=9)
    assert sent(signer.sign(late)) == ["-621015"]
    assert Inventory.objects.count() == said.count("2")


def test_the_demonstration_signs_what_it_files(tariff_loaded, db, settings):
    ensure_keys(AT.date(), by=OPERATOR, at=AT)
    demo.prepare(by=OPERATOR, at=AT)
    assert Inventory.objects.exclude(state="refused").count() > 40
    assert not any(found["code"] == "-621026" for row in _filings() for found in row)
    assert {row.trial for row in certificates.certificates_of(enterprise(FIRM).pk)} == {True}
    assert {key.stat().st_mode & 0o777 for key in settings.TRIAL_KEYS.iterdir()} == {0o600}


def _filings() -> list[list[dict]]:
    from tongguan.ecommerce.models import Filing

    return list(Filing.objects.values_list("findings", flat=True))
