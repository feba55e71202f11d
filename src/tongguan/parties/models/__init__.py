"""Tables of enterprises, people, machines, and of what protects personal data."""

from tongguan.parties.models.certificates import KEY_KINDS, Certificate, SignatureUse
from tongguan.parties.models.entering import Passkey, PortalSession, RecoveryCode, SecondFactor
from tongguan.parties.models.enterprises import STANDINGS, Enterprise, MachineClient
from tongguan.parties.models.joining import Application, Invitation
from tongguan.parties.models.mandates import Mandate
from tongguan.parties.models.notices import AccountNotice
from tongguan.parties.models.people import LANGUAGES, Membership, Person
from tongguan.parties.models.personal import MonthKey, PersonalAccess
from tongguan.parties.models.seconding import TwoPersonAct
from tongguan.parties.models.support import SupportLook, SupportSession
from tongguan.parties.models.work import Assignment, Delegation, Handover

__all__ = [
    "KEY_KINDS", "LANGUAGES", "STANDINGS", "AccountNotice", "Application", "Assignment", "Certificate", "Delegation", "Enterprise",
    "Handover", "Invitation", "MachineClient", "Mandate", "Membership", "MonthKey", "Passkey", "Person", "PersonalAccess",
    "PortalSession", "RecoveryCode", "SecondFactor", "SignatureUse", "SupportLook", "SupportSession", "TwoPersonAct",
]  # fmt: skip
