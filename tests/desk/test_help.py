"""The help: every document in both languages or saying that it is not, links that lead somewhere, words that are found."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.desk.reading import CHINESE, read
from tests.desk.test_pages import whole

from tongguan.desk.help import rendering
from tongguan.desk.help.fitting import BY_ROLE, FITTING, ROLES, fitting
from tongguan.desk.help.seeking import seek
from tongguan.desk.help.shelf import documents
from tongguan.kernel import packaged
from tongguan.parties import roles

OURS = re.compile(r'href="(/[^"#]*)(#[^"]*)?"')
BOTH = {slug for slug, one in documents().items() if one.path.parts[0] == "help"}

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    """Return the names of the pages of the desk and of the account."""
    found = set()
    for included in get_resolver().url_patterns:
        if getattr(included, "urlconf_name", None) is not None and "desk" in str(included.urlconf_name.__name__):
            found |= {one.name for one in included.url_patterns}
    return found


def get(path: str, lang: str = "en"):
    return Client(headers={"accept-language": lang}).get(path)


def test_every_page_and_every_role_has_a_document_that_fits():
    assert names() == set(FITTING) | set(BY_ROLE)
    assert set(ROLES) == set(roles.ROLES)
    assert {*FITTING.values(), *ROLES.values()} <= set(documents())
    assert fitting("home", "officer") == "for-officers" and fitting("home", None) == fitting("", None) == "index"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_how_tos_are_there_in_both_languages(lang):
    assert [slug for slug in BOTH if set(documents()[slug].texts) != {"zh", "en"}] == []
    for slug in sorted(BOTH - {"index"}):
        response = get(f"/help/{slug}", lang)
        assert response.status_code == 200, slug
        response.content = response.content.replace(b"http://127.0.0.1:8000", b"")  # where the tutorial starts it
        whole(response, lang)
        article = response.content.decode().partition("<article")[2].partition("</article>")[0]
        assert len(CHINESE.findall(article)) > 50 or lang == "en", slug
        assert not response.context["foreign"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_document_is_a_page_and_its_links_lead_somewhere(lang):
    reached = set()
    for slug in documents():
        made = rendering.page(slug, lang)
        words = read(f"<div>{made.body}</div>")
        assert len(words.ids) == len(set(words.ids)), slug
        assert "<script" not in made.body and "style=" not in made.body and "<img" not in made.body
        for href, _ in OURS.findall(made.body):
            if href.startswith("/help/"):
                reached.add(href)
    assert [href for href in sorted(reached) if href.removeprefix("/help/") not in documents()] == []


def test_a_document_in_one_language_says_so():
    html = get("/help/operate/failures", "zh").content.decode()
    assert "此文档只有英文" in html and '<article class="sheet prose" lang="en">' in html
    assert "In English only" not in get("/help/operate/failures").content.decode()
    assert "并列" in get("/help/reference/rules", "zh").content.decode()


def test_what_is_no_document_is_not_found():
    for path in ("/help/nothing", "/help/../settings", "/help/%2e%2e/README", "/help/operate/alerts"):
        assert get(path).status_code == 404, path
    assert get("/help/index").url == "/help"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_lists_and_finds(lang):
    whole(get("/help", lang), lang)
    html = get("/help", lang).content.decode()
    for slug in ("tutorial", "for-officers", "about/glossary", "api/tutorial", "reference/rules", "operate/run"):
        assert f'href="/help/{slug}"' in html, slug
    found = get("/help?q=" + ("滞纳金" if lang == "zh" else "tax bill"), lang)
    read(found.content.decode())
    assert 'href="/help/taxes' in found.content.decode() and "<mark>" in found.content.decode()
    nothing = get("/help?q=zeppelinzeppelin", lang)
    assert nothing.status_code == 200 and "zeppelinzeppelin" in nothing.content.decode()


def test_chinese_is_found_by_pairs_and_the_best_comes_first():
    assert seek("撤单退货", "zh")[0].href.startswith("/help/")
    assert seek("退货申请", "zh") and not seek("a", "en") and not seek("", "zh")
    assert seek("mandates", "en")[0].href == "/help/mandates"
    assert any("reference/rules" in one.href for one in seek("-621018", "en"))


def test_what_was_asked_is_shown_as_text():
    html = get("/help?q=<script>alert(1)</script>tax").content.decode()
    assert "<script>alert" not in html
    assert rendering.excerpt("a <b> & c", ["b"]) == "a &lt;<mark>b</mark>&gt; &amp; c"


def test_nothing_of_a_document_is_run(monkeypatch):
    parse = rendering._markdown()
    assert "<script" not in parse.render("<script>x</script>\n\n<b onclick=x>y</b>")
    assert "href" not in parse.render("[x](javascript:alert(1))")
    for href in ("javascript:x", "data:text/html,x", "../../src/x.py", "//a.cn"):
        assert rendering.address(href, PurePosixPath("help/x.md")) in ("",), href


def test_pages_lead_to_the_help_that_fits(window):
    for who, path, fits in (
        ("officer", "/", "/help/for-officers"),
        ("broker", "/", "/help/for-traders"),
        ("broker", "/parcels", "/help/parcel"),
        ("operator", "/operate", "/help/for-operators"),
    ):
        assert f'<a href="{fits}" rel="help">' in window.person(who).get(path).content.decode(), (who, path)
    assert '<a href="/help" rel="help">' in get("/").content.decode()
    assert '<a href="/help/public" rel="help">' in get("/tariff").content.decode()


def test_documents_are_found_in_a_checkout_and_in_a_package(tmp_path, monkeypatch):
    assert (packaged.DOCUMENTS / "help" / "index.md").is_file()
    monkeypatch.setattr(packaged, "_HERE", tmp_path / "site" / "lib" / "tongguan" / "kernel" / "packaged.py")
    assert packaged._folder("docs") == tmp_path / "site" / "lib" / "tongguan" / "docs_data"
