"""The conference's pages: members work on them, who oversees reads them, enterprises bring forward and see their own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.desk.conftest import PASSWORD
from tests.desk.reading import CHINESE, KEY, read, said
from tests.ecommerce.filing import AT, OPERATOR

from tongguan.governance import actions
from tongguan.governance.models import Evidence, Issue, Measure, Meeting
from tongguan.parties.actions import admit
from tongguan.parties.models import Person

BODIES = {"commerce": "commerce", "taxmen": "tax"}


@pytest.fixture
def desk(people):
    """Return a function that gives a browser in which somebody is signed in."""
    for name, body in BODIES.items():
        admit(name, name, PASSWORD, [("member", None)], by=OPERATOR, at=AT)
        actions.seat(name, body, by=OPERATOR, at=AT)

    def browser(name: str, lang: str = "en") -> Client:
        client = Client(headers={"accept-language": lang})
        client.force_login(Person.objects.get(username=name))
        return client

    return browser


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def planned(desk) -> Measure:
    desk("commerce").post(
        "/conference/plan", {"seed": "M4-21.1", "lead": "tax", "units": ["finance", "tax"], "due": today(9)}
    )
    return Measure.objects.get()


def told(response) -> str:
    """Return what the page says after a form."""
    return response.content.decode()


def test_a_measure_from_its_plan_to_its_end(desk):
    row = planned(desk)
    assert (row.lead, row.units, row.state) == ("tax", ["finance"], "planned")
    at = f"/conference/measures/{row.seed}"
    tax = desk("taxmen")
    assert "is in progress" in told(tax.post(f"{at}/start", follow=True))
    assert "Nothing is done without a dated evidence file" in told(tax.post(f"{at}/finish", follow=True))
    file = SimpleUploadedFile("../report.pdf", b"<script>alert(1)</script>", "text/html")
    sent = tax.post(f"{at}/evidence", {"title": "Report", "dated": today(), "file": file}, follow=True)
    assert "report.pdf" in told(sent) and Evidence.objects.get().name == "report.pdf"
    given = tax.get(f"{at}/evidence/{Evidence.objects.get().pk}")
    assert given.content == b"<script>alert(1)</script>" and given["Content-Type"] == "application/octet-stream"
    assert given["Content-Disposition"].startswith("attachment")
    assert "is done" in told(tax.post(f"{at}/finish", follow=True))
    assert "is replicated" in told(desk("commerce").post(f"{at}/replicate", follow=True))
    assert Measure.objects.get().state == "replicated"


def test_wrong_forms_are_answered_and_change_nothing(desk):
    commerce = desk("commerce")
    wrong = {"seed": "M9", "lead": "tax"}
    assert "no clause or item M9" in told(commerce.post("/conference/plan", wrong, follow=True))
    wrong = {"seed": "M4-21.1", "lead": "tax", "due": "soon"}
    assert "A day is written as" in told(commerce.post("/conference/plan", wrong, follow=True))
    assert not Measure.objects.exists()
    row = planned(desk)
    assert "bytes" in told(commerce.post(f"/conference/measures/{row.seed}/evidence", {"title": "x"}, follow=True))
    assert "Say what blocks" in told(commerce.post(f"/conference/measures/{row.seed}/block", follow=True))
    for path in ("/conference/measures/M9", "/conference/issues/9", "/conference/minutes/9"):
        assert commerce.get(path).status_code == 404
    assert commerce.post(f"/conference/measures/{row.seed}/vanish").status_code == 404


def test_an_issue_to_its_minutes(desk):
    planned(desk)
    desk("taxmen").post("/conference/issues", {"title": "Slow", "says": "It is <b>slow</b>.", "measure": "x"})
    issue = Issue.objects.get()
    at, commerce = f"/conference/issues/{issue.pk}", desk("commerce")
    assert "&lt;b&gt;slow" in told(commerce.get(at)) and "to be named by" in told(commerce.get(at))
    commerce.post(f"{at}/assign", {"owner": "tax"})
    commerce.post(f"{at}/decide", {"decision": "Mend it", "by": today(3)})
    desk("taxmen").post(f"{at}/follow", {"said": "Mended"})
    minutes = {"held_on": today(), "title": "First", "minutes": "We met.", "issue": [issue.pk, "x", 999]}
    assert "Mend it" in told(commerce.post("/conference/minutes", minutes, follow=True))
    assert "is closed" in told(commerce.post(f"{at}/close", follow=True))
    issue.refresh_from_db()
    assert (issue.state, issue.follow_up, issue.meeting) == ("closed", "Mended", Meeting.objects.get())


def test_an_enterprise_sees_its_own_voice_and_nothing_else(desk):
    row = planned(desk)
    firm = desk("platform")
    sent = firm.post("/voices", {"title": "No bill", "says": "There is none.", "measure": row.pk}, follow=True)
    issue = Issue.objects.get()
    assert issue.owner == "tax" and "No bill" in told(sent)
    assert (
        firm.get("/conference").status_code == 403 and firm.get(f"/conference/measures/{row.seed}").status_code == 403
    )
    assert desk("elsewhere").get(f"/conference/issues/{issue.pk}").status_code == 404
    assert firm.post(f"/conference/issues/{issue.pk}/assign", {"owner": "tax"}, follow=True).status_code == 200
    assert Issue.objects.get().owner == "tax" and Issue.objects.get().state == "owned"
    assert desk("commerce").get("/voices").status_code == 404


def test_what_is_overdue_stands_on_top(desk):
    planned(desk)
    Measure.objects.update(due=timezone.localdate() - timedelta(days=1))
    assert "was due on" in told(desk("officer").get("/conference"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages(desk, lang):
    row = planned(desk)
    desk("commerce").post("/conference/issues", {"title": "1", "says": "1", "measure": row.pk})
    issue = Issue.objects.get()
    paths = ["/conference", f"/conference/measures/{row.seed}", "/conference/issues", f"/conference/issues/{issue.pk}",
             "/conference/minutes"]  # fmt: skip
    for path in paths:
        html = desk("commerce", lang).get(path).content.decode()
        words = read(html)
        assert len(words.ids) == len(set(words.ids)), path
        assert not KEY.search(" ".join(text for _, text in words.parts)), path
        assert "style=" not in html
        assert lang == "zh" or not [one for one in said(html, "en") if CHINESE.search(one)], path
    assert desk("platform", lang).get("/voices").status_code == 200


def test_who_reads_what(desk):
    for name in ("commerce", "officer", "operator", "auditor"):
        assert desk(name).get("/conference").status_code == 200
    for name in ("platform", "nobody"):
        assert desk(name).get("/conference").status_code == 403
    assert desk("commerce").get("/", follow=True).redirect_chain == [("/conference", 302)]
    assert Client().get("/conference").status_code == 302
