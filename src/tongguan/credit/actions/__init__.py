"""What changes the credit of a firm: facts, grades, putting right, repair, certification, and what trust is given."""

from .answering import answer_question, ask_coordinator, close_window, open_window, withdraw_question
from .certifying import (
    accept_aeo,
    apply_aeo,
    assess,
    begin_assessment,
    certify,
    extend_aeo,
    find_aeo,
    rectify_aeo,
    refuse_aeo,
    renew_due,
    visit_aeo,
    withdraw_aeo,
)
from .cultivating import find_candidates, leave, mentor, tell_inspections
from .facts import contest, judge_due, record, settle, strike, tell_volume, uphold
from .grading import set_grade
from .rectifying import (
    ask_to_rectify,
    end_rectifications,
    fail_rectification,
    grant_rectification,
    refuse_rectification,
    succeed_rectification,
)
from .repairing import ask_repair, check_repair, grant_repair, refuse_repair
from .serving import anchor, name_coordinator, set_pilot

__all__ = [
    "answer_question", "ask_coordinator", "close_window", "open_window", "withdraw_question",
    "accept_aeo", "anchor", "apply_aeo", "ask_repair", "ask_to_rectify", "assess", "begin_assessment", "certify",
    "check_repair", "contest", "end_rectifications", "extend_aeo", "fail_rectification", "find_aeo", "find_candidates",
    "grant_rectification", "grant_repair", "judge_due", "leave", "mentor", "name_coordinator", "record", "rectify_aeo",
    "refuse_aeo", "refuse_rectification", "refuse_repair", "renew_due", "set_grade", "set_pilot", "settle", "strike",
    "succeed_rectification", "tell_inspections", "tell_volume", "uphold", "visit_aeo", "withdraw_aeo",
]  # fmt: skip
