"""``python -m tests.soak.preparing FILE`` in the home of a portal: registers the firms of the soak and one's card, into FILE."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tongguan.formats import signing
from tongguan.server.prepare import OPERATOR, database

YEAR = timedelta(days=365)


def main(file: Path) -> None:
    with database():
        from tongguan.ecommerce import samples
        from tongguan.parties import certificates
        from tongguan.parties.actions import register

        at = timezone.now()
        for firm in samples.FIRMS:
            row = register(
                firm.code, firm.customs_registration, name_zh=firm.name, kinds=[firm.kind], by=OPERATOR, at=at
            )
            if firm is samples.BROKER:
                key, certificate = signing.make_test_certificate(
                    firm.code, firm.name, serial=0x50AC, since=at - YEAR, until=at + YEAR, algorithm="sm2-sm3"
                )
                certificates.register(row, certificate, by=OPERATOR, at=at)
                file.write_bytes(certificates.TrialCard(key, certificate).pem())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
