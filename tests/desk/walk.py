"""Walking the pages as a reader would: from the first page along the links, some addresses of each page."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.urls import Resolver404, resolve

ROLES = (
    "",
    "platform",
    "broker",
    "payer",
    "carrier",
    "warehouse",
    "tally",
    "officer",
    "operator",
    "auditor",
    "commerce",
)
"""The people of the demonstration, and nobody: every role there is."""
EACH = 2
"""How many addresses of a page are read, where they differ in what they are about."""
NOT_PAGES = {"sign_out", "home"}


@dataclass(frozen=True, slots=True)
class Stop:
    """A page that was reached: the name of its route, its address, and where the link to it stood."""

    name: str
    path: str
    seen_on: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "a" and given.get("href") and "download" not in given:
            self.found.append(given["href"])


def links(html: str) -> list[str]:
    """Return where the links of a page lead, in their order."""
    parser = _Links()
    parser.feed(html)
    return parser.found


def name_of(path: str) -> str:
    """Return the name of the route of an address, empty for what is no page."""
    try:
        return resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        return ""


def walk(read: Callable[[str], str | None], first: str = "/", each: int = EACH) -> Iterator[Stop]:
    """Go along the links from the first page; ``read`` gives the page at an address, None for what is not a page."""
    waiting, seen = deque([Stop("home", first, "")]), {first}
    taken: Counter[tuple] = Counter()
    while waiting:
        stop = waiting.popleft()
        html = read(stop.path)
        if html is None:
            continue
        yield stop
        for href in links(html):
            parts = urlsplit(urljoin(stop.path, href))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            name = name_of(path)
            if parts.netloc or not name or name in NOT_PAGES or path in seen:
                continue
            asked = tuple(sorted(key for key, _ in parse_qsl(parts.query)))
            if "lang" in asked or taken[name, asked] >= each:
                continue
            taken[name, asked] += 1
            seen.add(path)
            waiting.append(Stop(name, path, stop.path))
