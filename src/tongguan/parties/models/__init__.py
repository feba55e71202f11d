"""Tables of enterprises, people, machines, and of what protects personal data."""

from tongguan.parties.models.certificates import KEY_KINDS, Certificate, SignatureUse
from tongguan.parties.models.entering import PortalSession, RecoveryCode, SecondFactor
from tongguan.parties.models.enterprises import STANDINGS, Enterprise, MachineClient
from tongguan.parties.models.joining import Application, Invitation
from tongguan.parties.models.mandates import Mandate
from tongguan.parties.models.people import LANGUAGES, Membership, Person
from tongguan.parties.models.personal import MonthKey, PersonalAccess

__all__ = [
    "KEY_KINDS", "LANGUAGES", "STANDINGS", "Application", "Certificate", "Enterprise", "Invitation", "MachineClient",
    "Mandate", "Membership", "MonthKey", "Person", "PersonalAccess", "PortalSession", "RecoveryCode", "SecondFactor",
    "SignatureUse",
]  # fmt: skip
