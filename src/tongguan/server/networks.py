"""Whether an address is this machine's own, or of networks that a setting names."""

from __future__ import annotations

from ipaddress import ip_address, ip_network


def among(address: str, allowed: str) -> bool:
    """Say whether an address is allowed: ``local``, ``any``, ``none``, or networks separated by commas.

    >>> among("127.0.0.1", "local"), among("::ffff:127.0.0.1", "local"), among("10.1.2.3", "local")
    (True, True, False)
    >>> among("10.1.2.3", "10.0.0.0/8, 192.0.2.1"), among("192.0.2.2", "192.0.2.1"), among("", "local"), among("x", "any")
    (True, False, False, True)
    """
    allowed = allowed.strip().lower()
    if allowed in ("any", "none"):
        return allowed == "any"
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    if allowed == "local":
        return found.is_loopback
    return any(found in ip_network(one.strip(), strict=False) for one in allowed.split(","))
