"""The case library and the publicity log on pages: members keep them, everybody reads what is published."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.reading import CHINESE, KEY, read, said
from tests.desk.test_conference_pages import desk, today, told

from tongguan.governance.models import Case, Publicity, Replication

__all__ = ["desk"]

NEW = {
    "title": "Two steps",
    "place": "Shanghai",
    "says": "Release <b>first</b>.",
    "seed": "M4-21.1",
    "href": "https://a.cn/b",
}


def public(path: str, lang: str = "en") -> str:
    response = Client(headers={"accept-language": lang}).get(path)
    assert response.status_code == 200
    return response.content.decode()


def published(desk) -> Case:
    desk("taxmen").post("/conference/cases", NEW)
    row = Case.objects.get()
    desk("taxmen").post(f"/conference/cases/{row.pk}/sum_up", {"lesson": "By grade."})
    desk("commerce").post(f"/conference/cases/{row.pk}/publish")
    return row


@pytest.mark.measure("M4-III-3", "M4-III-4")
def test_a_case_from_the_form_to_everybodys_page(desk):
    tax = desk("taxmen")
    assert "The case is in the library" in told(tax.post("/conference/cases", NEW, follow=True))
    row = Case.objects.get()
    at = f"/conference/cases/{row.pk}"
    assert "Two steps" not in public("/cases") and "Release &lt;b&gt;first" in told(tax.get(at))
    assert "is summed up" in told(tax.post(f"{at}/sum_up", {"lesson": "By grade."}, follow=True))
    tax.post(f"{at}/publish")
    assert Case.objects.get().state == "summed_up", "only who leads the conference publishes"
    assert "is published" in told(desk("commerce").post(f"{at}/publish", follow=True))
    html = public("/cases")
    assert (
        "Two steps" in html
        and "By grade." in html
        and 'href="https://a.cn/b"' in html
        and 'href="/measures/M4-21.1"' in html
    )
    sent = tax.post(f"{at}/replicate", {"place": "Daxing", "on": today(), "result": "Faster."}, follow=True)
    assert "noted where" in told(sent) and Replication.objects.get().place == "Daxing"
    assert "Daxing" in public("/cases") and ">replicated</span>" in public("/cases")


def test_wrong_forms_change_nothing(desk):
    tax = desk("taxmen")
    assert "no address of the web" in told(
        tax.post("/conference/cases", NEW | {"href": "javascript:alert(1)"}, follow=True)
    )
    assert "no clause or item M9" in told(tax.post("/conference/cases", NEW | {"seed": "M9"}, follow=True))
    assert not Case.objects.exists()
    row = published(desk)
    at = f"/conference/cases/{row.pk}"
    assert "not over yet" in told(
        tax.post(f"{at}/replicate", {"place": "x", "on": today(1), "result": "x"}, follow=True)
    )
    assert tax.post(f"{at}/vanish").status_code == 404 and tax.get("/conference/cases/999").status_code == 404
    assert desk("platform").get("/conference/cases").status_code == 403
    assert Client().get("/conference/cases").status_code == 302


@pytest.mark.measure("M4-III-4")
def test_publicity_from_the_form_to_everybodys_page(desk):
    tax = desk("taxmen")
    told_of = {"title": "Refunds explained", "channel": "briefing", "day": today(), "audience": "40 firms"}
    assert "It is noted" in told(tax.post("/conference/publicity", told_of, follow=True))
    row = Publicity.objects.get()
    assert "Refunds explained" in public("/publicity") and "meeting with firms" in public("/publicity")
    sent = tax.post(f"/conference/publicity/{row.pk}/hold", {"result": "38 came."}, follow=True)
    assert "is noted" in told(sent) and "38 came." in public("/publicity")
    assert tax.post(f"/conference/publicity/{row.pk}/vanish").status_code == 404
    assert "no way of publicity" in told(
        tax.post("/conference/publicity", told_of | {"channel": "pigeon"}, follow=True)
    )
    assert "A day is written as" in told(tax.post("/conference/publicity", told_of | {"day": "soon"}, follow=True))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_in_both_languages(desk, lang):
    row = published(desk)
    desk("taxmen").post("/conference/cases", NEW)
    desk("taxmen").post("/conference/publicity", {"title": "Soon", "channel": "press", "day": today(2)})
    paths = ("/conference/cases", f"/conference/cases/{row.pk}", "/conference/publicity", "/cases", "/publicity")
    for path in paths:
        response = desk("commerce", lang).get(path)
        html = response.content.decode()
        words = read(html)
        assert response.status_code == 200 and len(words.ids) == len(set(words.ids)), path
        assert not KEY.search(" ".join(text for _, text in words.parts)), path
        assert "<script>" not in html and "style=" not in html
        controls = {one["id"] for one in words.controls if one.get("type") not in ("hidden", "submit", "checkbox")}
        assert controls <= set(words.labels), path
        if lang == "en":
            assert [text for text in said(html, "en") if CHINESE.search(text)] == [], path


def test_lists_are_paged(desk, monkeypatch):
    from tongguan.governance import queries

    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        desk("taxmen").post("/conference/publicity", {"title": f"No. {number}", "channel": "press", "day": today()})
    first = public("/publicity")
    assert first.count("No. ") == 2 and "before=" in first


def test_statements_do_not_grow_with_the_library(desk, django_assert_max_num_queries):
    row = published(desk)
    for number in range(4):
        place = {"place": f"place {number}", "on": today(), "result": "x"}
        desk("commerce").post(f"/conference/cases/{row.pk}/replicate", place)
    with django_assert_max_num_queries(4):
        public("/cases")
    with django_assert_max_num_queries(3):
        public("/publicity")
