"""Which code list each element of the declaration is filled from (报关单代码表); the lists stand in ``law/codes``."""

from __future__ import annotations

_COUNTRIES = ("TradeCountry", "TradeAreaCode", "OriginCountry", "DestinationCountry", "RcepOrigPlaceCode")
_CURRENCIES = ("FeeCurr", "InsurCurr", "OtherCurr", "TradeCurr")
_UNITS = ("GUnit", "FirstUnit", "SecondUnit", "LicWrtofQtyUnit")
_OFFICES = ("CustomMaster", "IEPort", "PurpOrgCode")
CODED: dict[str, str] = {
    "TradeMode": "trade_modes", "TrafMode": "transport_modes", "CutMode": "levy_natures", "DutyMode": "levy_modes",
    "WrapType": "declaration_packages", "PackType": "declaration_packages", "DocuCode": "licence_documents",
    "LicTypeCode": "licence_documents", "TransMode": "transaction_modes",
    **dict.fromkeys(("FeeMark", "InsurMark", "OtherMark"), "fee_marks"),
    **dict.fromkeys(_COUNTRIES, "countries"), **dict.fromkeys(_CURRENCIES, "currencies"),
    **dict.fromkeys(_UNITS, "units"), **dict.fromkeys(_OFFICES, "customs_districts"),
}  # fmt: skip
"""The list of each element that has one, by the name of the element."""
