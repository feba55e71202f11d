"""What templates ask for: texts in the reader's language, amounts, moments, and the marks of states."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from tongguan.journal.kinds import called
from tongguan.kernel import texts
from tongguan.simulation.marks import is_simulated

register = template.Library()
SHANGHAI = ZoneInfo("Asia/Shanghai")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **values: Any) -> SafeString:
    """Return the text under a key in the language of the page."""
    return conditional_escape(texts.text(key, context["lang"], **values))


@register.simple_tag(takes_context=True)
def count(context: Context, key: str, number: int, **values: Any) -> SafeString:
    """Return the text of a number of things: English has another under ``key.one``."""
    known = f"{key}.one" if number == 1 and texts.template(f"{key}.one", "en") else key
    return conditional_escape(texts.text(known, context["lang"], n=number, **values))


@register.filter
def money(amount: Decimal | None) -> str:
    """Return an amount in yuan with its thousands apart; decimals beyond the fen only where there are any.

    >>> money(Decimal("1062.82000")), money(Decimal("0.12345")), money(None)
    ('1,062.82', '0.12345', '–')
    """
    if amount is None:
        return "–"
    plain = amount.normalize()
    places = max(2, -int(plain.as_tuple().exponent))
    return f"{plain:,.{places}f}"


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Return a moment in Beijing time, to the minute, for people and for machines."""
    if at is None:
        return "–"
    there = at.astimezone(SHANGHAI)
    return format_html('<time datetime="{}">{}</time>', there.isoformat(timespec="seconds"), f"{there:%Y-%m-%d %H:%M}")


@register.filter
def exact(at: datetime | None) -> SafeString | str:
    """Return a moment in Beijing time, to the second."""
    if at is None:
        return "–"
    there = at.astimezone(SHANGHAI)
    return format_html(
        '<time datetime="{}">{}</time>', there.isoformat(timespec="seconds"), f"{there:%Y-%m-%d %H:%M:%S}"
    )


@register.filter
def size(number: int) -> str:
    """Return a size in bytes as people read it.

    >>> size(900), size(12_345), size(5_000_000)
    ('900 B', '12.1 KiB', '4.8 MiB')
    """
    if number < 1024:
        return f"{number} B"
    return f"{number / 1024:.1f} KiB" if number < 1024**2 else f"{number / 1024**2:.1f} MiB"


@register.filter
def link(href: str) -> str:
    """Return an address of the web for a reference, empty where it names a file of ours or nothing.

    >>> link("cceeccic.org/1.html"), link("https://a.cn/b"), link("docs/decisions/1.md"), link("")
    ('https://cceeccic.org/1.html', 'https://a.cn/b', '', '')
    """
    if href.startswith(("https://", "http://")):
        return href
    host, _, rest = href.partition("/")
    return f"https://{href}" if "." in host and rest and " " not in href else ""


@register.inclusion_tag("desk/part/reference.html", takes_context=True)
def reference(context: Context, of: dict[str, str]) -> dict[str, Any]:
    """Show an instrument: its title, its link where there is one, and whether it is confirmed."""
    return {
        "lang": context["lang"],
        "title": of.get("title", ""),
        "href": link(of.get("href", "")),
        "standing": of.get("standing", ""),
    }


@register.simple_tag(takes_context=True)
def source(context: Context, of: Any) -> str:
    """Return what the source of something the tariff says is called."""
    return conditional_escape(of.source(context["lang"]))


@register.inclusion_tag("desk/part/happened.html", takes_context=True)
def happened(context: Context, what: str) -> dict[str, Any]:
    """Show a kind of event of the journal: what it is called, and its code in small print."""
    return {"what": what, "called": called(what, context["lang"])}


@register.inclusion_tag("desk/part/chip.html")
def chip(mark: Any) -> dict[str, Any]:
    """Show a state (see ``desk.words.Mark``): its group by colour and shape, its name in words."""
    return {"mark": mark}


@register.filter
def day(value: date) -> str:
    """Return a day as ISO writes it."""
    return value.isoformat()


@register.filter
def local(at: datetime | None) -> str:
    """Return a moment in Beijing time, to the minute, as it stands in a sentence."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else "–"


@register.filter
def clock(at: datetime) -> str:
    """Return the time of day of a moment in Beijing."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"


@register.filter
def quantity(amount: Decimal | None) -> str:
    """Return a quantity without the zeros behind it.

    >>> quantity(Decimal("2.00000")), quantity(Decimal("0.45000")), quantity(Decimal("1E+2"))
    ('2', '0.45', '100')
    """
    return "–" if amount is None else f"{amount.normalize():f}"


@register.filter
def past(days: int) -> int:
    """Return how many days ago something was, of days that are left and below nothing."""
    return -days


@register.filter
def percent(share: Decimal) -> str:
    """Return a share as percent.

    >>> percent(Decimal("0.0005"))
    '0.05%'
    """
    return f"{(share * 100).normalize():f}%"


@register.filter
def percent_short(share: Decimal) -> str:
    """Return a share as percent with two decimals at most.

    >>> percent_short(Decimal("0.091")), percent_short(Decimal(98) / 425), percent_short(Decimal(0))
    ('9.1%', '23.06%', '0%')
    """
    return f"{round(share * 100, 2).normalize():f}%"


@register.simple_tag(takes_context=True)
def simulated(context: Context, about: str) -> SafeString | str:
    """Return the mark of a simulated parcel, by the code of its platform or an address that holds the code; else nothing."""
    if not any(is_simulated(part) for part in about.split("/")):
        return ""
    return format_html('<span class="unconfirmed">{}</span>', texts.text("simulation.mark", context["lang"]))


@register.filter
def query(asked: dict[str, str]) -> str:
    """Return what is asked as the query of an address."""
    return urlencode(asked)


@register.filter
def of(values: dict, key: Any) -> Any:
    """Return the value of a mapping under a key, empty when there is none."""
    return values.get(key, "")


@register.filter
def tongue(text: str) -> str:
    """Return the tag of the language something is written in that is there in one language only.

    >>> tongue("税委会公告2026年第1号"), tongue("Joint Announcement No. 8")
    ('zh-Hans', 'en')
    """
    return "zh-Hans" if _CHINESE.search(text) else "en"


@register.filter
def said(texts_of: dict[str, str], lang: str) -> str:
    """Return what stands in a mapping of both languages."""
    return texts_of[lang]
