"""The words of credit: grades, what they give, what they bar, kinds of facts, and what a firm is graded for."""

from __future__ import annotations

BENEFITS = (
    "INSP20",
    "ORIG20",
    "PRIO",
    "RECO",
    "NOGUAR",
    "AUDIT_LESS",
    "EARLYEXP",
    "COORD",
    "MRA",
    "RECOVER",
    "OWNPLACE",
)
"""Fewer inspections (较低查验率), fewer looks into origin (较低原产地抽查), first in the queue (优先办理), recommended for
registration abroad (优先推荐注册), may be free of guarantees (免除担保), audited less (减少稽查核查), export declared early
(提前申报), a coordinator of one's own (协调员), recognised abroad (AEO互认), first after a disruption (优先恢复), inspected at
its own place (属地查验)."""

BARS = ("two_step", "consolidated", "bond_insurance", "group_supervision", "guarantee")
"""Two-step declaration (两步申报), consolidated collection (汇总征税), bond insurance (关税保证保险), supervision of a group
(企业集团加工贸易监管), filing a guarantee at all (税款担保)."""

FACTS = (
    "crime", "smuggling", "penalty", "tax_arrears", "fine_arrears", "lost_contact", "false_data", "resisting",
    "serious_list", "error", "disclosure",
)  # fmt: skip
"""Crime of smuggling (走私犯罪), smuggling (走私行为), penalty (违规处罚), taxes unpaid (欠缴税款), fines unpaid (欠缴罚款), not to
be reached (失联), false data (弄虚作假), resisting officers (抗拒执法), on the list of the seriously dishonest (严重失信主体名单),
error in a declaration (报关差错), disclosure (主动披露)."""

BASES = (
    "crime",
    "smuggling",
    "resisting",
    "penalties",
    "arrears",
    "other",
    "certified",
    "repaired",
    "rectified",
    "asked",
)
"""What a firm is graded for: a crime, smuggling, resisting, the count of penalties, arrears, something else that is wrong; or
because it was certified (认证), repaired (信用修复), put nothing right in time (整改未完成), or asked for it (企业申请)."""

ROLES = ("trader", "broker")
"""As what a firm acted: for itself (收发货人), or for others (报关企业)."""
