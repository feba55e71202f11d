from __future__ import annotations

import pickle

import pytest

from tongguan.kernel import texts
from tongguan.kernel.states import Actor, Machine, Move, NotNow, NotYours

LIFE = Machine(
    "test form",
    Move("submit", {"draft"}, "submitted", by="trader"),
    Move("withdraw", {"submitted"}, "draft", by={"trader", "officer"}),
    Move("release", "submitted", "released", by="keeper"),
    Move("close", {"released"}, "closed", by="pilot"),
    Move("close", {"released"}, "archived", by="mate"),
    groups={
        "draft": "draft",
        "submitted": "waiting",
        "released": "waiting",
        "closed": "done",
        "archived": "done",
        "void": "done",
    },
)
TRADER, OFFICER = Actor("Ms Li", "trader", 7), Actor("o1", "officer", label="Officer 1")


def test_a_move_leads_to_its_target_for_any_of_its_roles():
    assert LIFE.after("draft", "submit", by=TRADER) == "submitted"
    assert LIFE.after("submitted", "withdraw", by=TRADER) == LIFE.after("submitted", "withdraw", by=OFFICER) == "draft"


def test_one_verb_may_lead_elsewhere_for_another_role():
    assert LIFE.after("released", "close", by=Actor("p", "pilot")) == "closed"
    assert LIFE.after("released", "close", by=Actor("m", "mate")) == "archived"


def test_not_now_says_in_both_languages_what_can_be_done():
    with pytest.raises(NotNow) as refusal:
        LIFE.after("draft", "release", by=OFFICER)
    assert str(refusal.value) == "A test form that is draft cannot release; it can: submit."
    assert "draft" in refusal.value.text("zh") and "可进行的操作：submit" in refusal.value.text("zh")
    assert refusal.value.values == {"machine": "test form", "state": "draft", "verb": "release", "open": ["submit"]}
    assert pickle.loads(pickle.dumps(refusal.value)).values == refusal.value.values


def test_where_nothing_can_be_done_it_says_so():
    with pytest.raises(NotNow, match="it can: nothing"):
        LIFE.after("closed", "release", by=OFFICER)


def test_not_yours_names_the_roles_that_may():
    with pytest.raises(NotYours) as refusal:
        LIFE.after("submitted", "release", by=Actor("x", "skipper"))
    assert str(refusal.value) == "release is for the keeper, not the skipper."
    assert refusal.value.values["roles"] == ["keeper"] and refusal.value.code == "NOT_YOURS"
    with pytest.raises(NotYours, match="mate, pilot"):
        LIFE.after("released", "close", by=Actor("x", "skipper"))


def test_names_of_states_verbs_and_roles_come_from_the_texts(monkeypatch):
    known = texts.template
    named = {
        "test form.machine": "报关单",
        "test form.state.draft": "草稿",
        "test form.verb.release": "放行",
        "test form.verb.submit": "申报",
    }
    monkeypatch.setattr(
        texts, "template", lambda key, lang: named.get(key) if lang == "zh" and key in named else known(key, lang)
    )
    with pytest.raises(NotNow) as refusal:
        LIFE.after("draft", "release", by=OFFICER)
    assert refusal.value.text("zh") == "当前状态为“草稿”的报关单不能进行“放行”操作；可进行的操作：申报。"


def test_open_to_is_what_buttons_and_work_lists_read():
    assert LIFE.open_to("submitted") == ["release", "withdraw"]
    assert LIFE.open_to("submitted", "trader") == ["withdraw"]
    assert LIFE.open_to("closed") == []


def test_states_and_groups():
    assert LIFE.states == ("draft", "submitted", "released", "closed", "archived", "void")
    assert LIFE.group("released") == "waiting"


def test_a_machine_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="two places"):
        Machine("x", Move("go", {"a"}, "b", by="r"), Move("go", {"a"}, "c", by={"r", "s"}))
    with pytest.raises(ValueError, match="no group: b"):
        Machine("x", Move("go", {"a"}, "b", by="r"), groups={"a": "draft"})
    with pytest.raises(ValueError, match="not open"):
        Machine("x", Move("go", {"a"}, "b", by="r"), groups={"a": "draft", "b": "open"})


def test_the_diagram_has_every_move():
    assert "    submitted --> draft: withdraw (officer, trader)" in LIFE.diagram().splitlines()
    assert len(LIFE.diagram().splitlines()) == 6


def test_an_actor_shows_its_label():
    assert (str(TRADER), str(OFFICER), TRADER.enterprise) == ("Ms Li", "Officer 1", 7)
