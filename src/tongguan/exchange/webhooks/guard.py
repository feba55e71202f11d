"""Which addresses may be sent to (推送地址核验): of the public network, by HTTPS, and none of our own side.

A firm writes the address, and our machine calls it; so that nobody reaches by it what stands behind our wall, every
address a name resolves to must be public, when it is set and before each sending, and the line goes to the address
that was looked at, never to a second answer of the name service.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

HTTPS = 443
HTTP = 80
_LONGEST_HOST = 253
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF
# Assignments of the protocol itself; older Pythons take most of them for public.
_PROTOCOL = ipaddress.ip_network("192.0.0.0/24")
Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where an address leads: its host and port, the path with the query, and whether by TLS."""

    host: str
    port: int
    path: str
    tls: bool

    @property
    def shown(self) -> str:
        """The host, with a port that is not the usual one, as the header *Host* has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (HTTPS if self.tls else HTTP) else f"{host}:{self.port}"


class NotAddress(ValueError):
    """What was written is no address; ``code`` is ADDRESS or LOGIN (a password or a fragment stands in it)."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def target(url: str) -> Target:
    """Return where an address leads; raises NotAddress.

    >>> target("https://erp.example/hooks?x=1")
    Target(host='erp.example', port=443, path='/hooks?x=1', tls=True)
    """
    if not url.isascii() or any(one.isspace() or not one.isprintable() or one in '\\"<>' for one in url):
        raise NotAddress("ADDRESS")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotAddress("ADDRESS") from None
    if parts.scheme not in ("https", "http") or not host or len(host) > _LONGEST_HOST or port == 0:
        raise NotAddress("ADDRESS")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAddress("LOGIN")
    tls = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (HTTPS if tls else HTTP), path, tls)


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, each once; empty when the name service knows none, or does not answer."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Say whether an address is one of the public network; also one that is packed into another.

    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "100.64.0.1", "::ffff:127.0.0.1")]
    [True, False, False, False, False]
    >>> [is_public(one) for one in ("64:ff9b::a00:1", "2002:7f00:1::", "fe80::1%eth0", "2400:3200::1", "ff02::1", "x")]
    [False, False, False, True, False, False]
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.scope_id:
            return False
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & _IPV4_BITS)))
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is not None and not is_public(str(inner)):
            return False
    elif found in _PROTOCOL:
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def is_loopback(address: str) -> bool:
    """Say whether an address is one of this machine."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def objection(asked: Target, addresses: list[str], *, loopback: bool) -> str:
    """Return why an address must not be sent to: https, unresolved, not_public; empty when it may.

    ``loopback`` lets this machine itself be one, also without TLS, as a demonstration wants it.
    """
    at_home = loopback and bool(addresses) and all(is_loopback(one) for one in addresses)
    if at_home:
        return ""
    if not asked.tls:
        return "https"
    if not addresses:
        return "unresolved"
    return "" if all(is_public(one) for one in addresses) else "not_public"
