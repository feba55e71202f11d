"""The roles in which somebody acts at the window, and who may do what only some roles may.

Further roles come with the domains whose people have them.
"""

from __future__ import annotations

from tongguan.kernel.states import Actor, NotYours

FOR_AN_ENTERPRISE = ("trader", "platform", "broker", "payer", "carrier", "site")
"""Trader (收发货人), e-commerce platform (电商平台), broker (报关企业), payment firm (支付企业), carrier (物流企业), operator of
a supervised site (监管作业场所经营人)."""

FOR_NOBODY = ("operator", "officer", "auditor", "member")
"""The window's operator (窗口运营), the customs officer (关员), the auditor (审计), a member of the joint conference
(联席会议成员单位): they act for no enterprise."""

ROLES = FOR_AN_ENTERPRISE + FOR_NOBODY

SYSTEM = Actor("tongguan", "system")
"""The program itself: timers, the first start, enterprises met in a message."""


def only(by: Actor, *roles: str, verb: str) -> None:
    """Raise NotYours unless the actor has one of the roles, or is the program itself."""
    if by.role not in roles and by.role != SYSTEM.role:
        raise NotYours(machine="parties", verb=verb, role=by.role, roles=list(roles))
