"""Signatures at the door: who signed a message, and whether he may."""

from __future__ import annotations

import pytest
from tests.ecommerce.signed import Signer, judged, said

from tongguan.ecommerce import samples


@pytest.fixture(autouse=True)
def required(settings):
    """Signatures are required, and certificates for trials are taken."""
    settings.SIGNATURES, settings.DEMO = "required", True


@pytest.fixture
def unsigned(parcel) -> bytes:
    return samples.message("inventory", [parcel.inventory])


@pytest.mark.parametrize("algorithm", ["sm2-sm3", "rsa-sha1", "sm2-sm3-2023"])
def test_a_good_signature_says_nothing(window, unsigned, algorithm):
    assert judged(Signer(algorithm=algorithm.removesuffix("-2023")).sign(unsigned, algorithm)) is None


def test_without_a_signature(window, unsigned):
    assert said(judged(unsigned)) == ("-621026", "", "refuse")
