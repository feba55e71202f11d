"""Making a page of a document: Markdown becomes HTML without anything that was HTML before, links stay in the portal.

Raw HTML in a document is shown as the text it is, styles are left out, and an address is a link only where it leads to the
web, to a document that travels along, or to a place on the page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from .shelf import FIRST, documents, slug_of
from .speaking import CHINESE, titled

_RUN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_NO_WORD = re.compile(r"[^\w\u3400-\u9fff]+")
_ENGLISH = re.compile(r"[A-Za-z]{3,}")
_NO_LANGUAGE = "zxx"
_DEEPEST = 3  # headings down to this one stand in the contents


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: its place on it, its words, and how deep it is (2 or 3)."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Page:
    """A document as a page: its body without the first heading, and the headings in it."""

    body: SafeString
    headings: list[Heading]


def anchor(title: str) -> str:
    """Return the place of a heading on its page.

    >>> anchor("3. See it cleared"), anchor("税则查询 `/tariff`")
    ('3-see-it-cleared', '税则查询-tariff')
    """
    return _NO_WORD.sub("-", title.casefold()).strip("-") or "part"


def anchors(titles: list[str]) -> list[str]:
    """Return the places of the headings of one page: a title that comes again is numbered."""
    taken: dict[str, int] = {}
    made = []
    for title in titles:
        name = anchor(title)
        taken[name] = taken.get(name, 0) + 1
        made.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return made


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def page(slug: str, lang: str) -> Page:
    """Return a document in a language, or in the one it has."""
    document = documents()[slug]
    tokens = _markdown().parse(document.texts[document.lang(lang)])
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    headings = _name_headings(tokens, lang)
    for token in tokens:
        token.attrs.pop("style", None)  # how a column is aligned
    for token in tokens:
        if token.type == "inline" and token.children:
            for one in token.children:
                if one.type == "code_inline":
                    one.attrs["lang"] = _NO_LANGUAGE
            _speak(token, lang)
            token.children = list(_linked(token.children, document.path))
    body = _markdown().renderer.render(tokens, _markdown().options, {})
    return Page(_framed(body), headings)


def _name_headings(tokens: list[Token], lang: str) -> list[Heading]:
    places = [n for n, token in enumerate(tokens) if token.type == "heading_open"]
    titles = [titled(tokens[n + 1].content, lang) for n in places]
    found = []
    for n, title, name in zip(places, titles, anchors([one.replace("`", "") for one in titles]), strict=True):
        level = max(2, int(tokens[n].tag[1]))
        tokens[n].tag = tokens[n + 2].tag = f"h{level}"
        tokens[n].attrs["id"] = name
        tokens[n + 1 : n + 2] = _markdown().parseInline(title)
        if level <= _DEEPEST:
            found.append(Heading(name, title.replace("`", ""), level))
    return found


def _speak(inline: Token, lang: str) -> None:
    """Mark what is in the other language: Chinese in an English page run by run, English in a Chinese one as a whole."""
    if lang == "zh":
        text = "".join(one.content for one in inline.children or [] if one.type == "text")
        if not CHINESE.search(text) and _ENGLISH.search(text):
            wrap = Token("html_inline", "", 0, content='<span lang="en">')
            inline.children = [wrap, *(inline.children or []), Token("html_inline", "", 0, content="</span>")]
        return
    made: list[Token] = []
    for one in inline.children or []:
        if one.type != "text" or not CHINESE.search(one.content):
            made.append(one)
            continue
        marked = _RUN.sub(lambda run: f'<span lang="zh-Hans">{run[0]}</span>', escape(one.content))
        made.append(Token("html_inline", "", 0, content=marked))
    inline.children = made


def _linked(children: list[Token], path: PurePosixPath) -> Iterator[Token]:
    """Yield the parts of a line with their links turned into the portal; one that leads nowhere here is text."""
    dropped = False
    for one in children:
        if one.type == "link_open":
            href = address(str(one.attrs.get("href", "")), path)
            dropped = not href
            if dropped:
                continue
            one.attrs = {"href": href}
        elif one.type == "link_close" and dropped:
            dropped = False
            continue
        elif one.type == "image":
            one = Token("text", "", 0, content=one.content)
        yield one


def address(href: str, path: PurePosixPath) -> str:
    """Return where a link of a document leads in the portal, nothing where it leads to no page.

    >>> address("x.zh.md", PurePosixPath("help/x.md")), address("x.md#a", PurePosixPath("help/x.md"))
    ('?lang=zh', '?lang=en#a')
    >>> address("https://a.cn/b", PurePosixPath("help/x.md")), address("../../src/x.py", PurePosixPath("help/x.md"))
    ('https://a.cn/b', '')
    """
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return href if parts.scheme in ("http", "https") else ""
    place = f"#{anchor(parts.fragment)}" if parts.fragment else ""
    if not parts.path:
        return place
    if parts.path.startswith("/"):
        return href
    slug = slug_of(PurePosixPath(posixpath.normpath(f"{path.parent.as_posix()}/{parts.path}")))
    if slug == slug_of(path):  # the same document in the other language
        return f"?lang={'zh' if '.zh.' in parts.path else 'en'}{place}"
    return reached(slug) + place if slug in documents() else ""


def reached(slug: str) -> str:
    """Return the address of the page of a document."""
    return reverse("help") if slug == FIRST else reverse("help_page", args=[slug])


def _framed(body: str) -> SafeString:
    """Put each table into a frame that scrolls, and let code be read by the keyboard where it is wider than its place."""
    framed = body.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace("</table>", "</table></div>")
    return mark_safe(framed.replace("<pre>", f'<pre tabindex="0" lang="{_NO_LANGUAGE}">'))


def excerpt(text: str, found: list[str]) -> SafeString:
    """Return a text, escaped, with the words that were sought marked."""
    if not found:
        return format_html("{}", text)
    pattern = re.compile("|".join(re.escape(escape(one)) for one in sorted(found, key=len, reverse=True)), re.I)
    return mark_safe(pattern.sub(lambda hit: f"<mark>{hit[0]}</mark>", escape(text)))
