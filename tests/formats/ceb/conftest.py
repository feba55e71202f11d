"""Messages of our own making: one good document of each kind with every element filled in, and XML made from it.

The XML is put together here without the writer, so that the tests of reading do not lean on it.
"""

from __future__ import annotations

import copy
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from lxml import etree
from tests import beside

from tongguan.formats import ceb

SHARED = beside.SHARED / "formats" / "ceb"
GUID = "5B0E7C1A-9D42-4E0B-8F31-0C6A2D9E4F10"
SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>\n'
    '<ds:SignatureMethod Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"/>'
    '<ds:Reference URI=""><ds:DigestMethod Algorithm="http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"/>'
    "<ds:DigestValue>dG9uZ2d1YW4=</ds:DigestValue></ds:Reference></ds:SignedInfo>\n"
    "<ds:SignatureValue>dG9uZ2d1YW4gdGVzdA==</ds:SignatureValue></ds:Signature>"
)

_REPORT = {"guid": GUID, "appType": "1", "appTime": "20260301120000", "appStatus": "2"}
_SELLER = {"ebpCode": "31222601AB", "ebpName": "浦江商城", "ebcCode": "310198Z001", "ebcName": "沪上臻选贸易有限公司"}
_BUYER = {
    "buyerIdType": "1", "buyerIdNumber": "000000199001010011", "buyerName": "欧阳·木㐂",
    "buyerTelephone": "021-00000000",
}  # fmt: skip
_TO = {"consignee": "欧阳木㐂", "consigneeTelephone": "021-00000000", "consigneeAddress": "测试路1号 & 2号"}
_ITEM = {
    "gnum": "1", "itemRecordNo": "MJ-0007", "itemNo": "SKU-1", "itemName": "婴儿奶粉<900g>", "gcode": "1901101010",
    "gname": "婴幼儿配方奶粉", "gmodel": "900克/罐|牌名", "itemDescribe": "罐装", "barCode": "6900000000017",
    "country": "601", "tradeCountry": "601", "currency": "142", "qty": "2", "unit": "142", "qty1": "1.80",
    "unit1": "035", "qty2": "2.00000", "unit2": "007", "price": "199.5", "totalPrice": "399", "note": "",
    "logisticsNo": "YD0001", "taxPrice": "399.00", "customsTax": "0", "valueAddedTax": "36.31", "consumptionTax": "0.00",
}  # fmt: skip
_RETURN = {"returnStatus": "120", "returnTime": "20260301120000123", "returnInfo": "[Code:1800;Desc:逻辑校验通过]"}

_APPLICATION = _REPORT | _SELLER | _BUYER | {
    "customsCode": "2244", "orderNo": "PJ2026030100001", "logisticsNo": "YD0001", "logisticsCode": "310198Z777",
    "logisticsName": "申通达快递", "copNo": "QY-2", "preNo": "", "invtNo": "22442026I000000001",
    "agentCode": "310198Z555", "agentName": "代理报关行", "reason": "买家拒收 & 退回", "note": "",
}  # fmt: skip
_ANSWERED = _RETURN | {
    "guid": GUID, "customsCode": "2244", "agentCode": "310198Z555", "ebpCode": "31222601AB", "ebcCode": "310198Z001",
    "copNo": "QY-2", "preNo": "B20260301000000002", "invtNo": "22442026I000000001",
}  # fmt: skip
_TAX = {
    "guid": GUID, "returnTime": "20260301120000123", "invtNo": "22442026I000000001", "taxNo": "SD-2026-1",
    "customsTax": "0", "valueAddedTax": "36.31", "consumptionTax": "0.00", "status": "1", "entDutyNo": "", "note": "",
    "assureCode": "310198Z001", "ebcCode": "310198Z001", "logisticsCode": "310198Z777", "agentCode": "310198Z555",
    "customsCode": "2244",
}  # fmt: skip

HEADS: dict[str, dict[str, str]] = {
    "CEB311Message": _REPORT | _SELLER | _BUYER | _TO | {
        "orderType": "I", "orderNo": "PJ2026030100001", "goodsValue": "399.00", "freight": "0", "discount": "0.5",
        "taxTotal": "36.31", "acturalPaid": "434.81", "currency": "142", "buyerRegNo": "u-1", "payCode": "31222699CD",
        "payName": "某支付", "payTransactionId": "T1", "batchNumbers": "B1", "consigneeDistrict": "310115", "note": "",
    },
    "CEB312Message": _RETURN | {
        "guid": GUID, "ebpCode": "31222601AB", "ebcCode": "310198Z001", "orderNo": "PJ2026030100001",
    },
    "CEB411Message": _REPORT | _SELLER | {
        "payCode": "31222699CD", "payName": "某支付", "payTransactionId": "T1", "orderNo": "PJ2026030100001",
        "payerIdType": "1", "payerIdNumber": "000000199001010011", "payerName": "欧阳·木㐂", "telephone": "",
        "amountPaid": "434.81", "currency": "142", "payTime": "20260301115900", "note": "n",
    },
    "CEB412Message": _RETURN | {"guid": GUID, "payCode": "31222699CD", "payTransactionId": "T1"},
    "CEB511Message": _REPORT | _TO | {
        "logisticsCode": "310198Z777", "logisticsName": "申通达快递", "logisticsNo": "YD0001", "billNo": "999-00000000",
        "orderNo": "PJ2026030100001", "freight": "0", "insuredFee": "0.00", "currency": "142", "weight": "1.95",
        "packNo": "1", "goodsInfo": "奶粉2罐", "note": "",
    },
    "CEB512Message": _RETURN | {"guid": GUID, "logisticsCode": "310198Z777", "logisticsNo": "YD0001"},
    "CEB513Message": _REPORT | {
        "logisticsCode": "310198Z777", "logisticsName": "申通达快递", "logisticsNo": "YD0001", "logisticsStatus": "S",
        "logisticsTime": "20260305093000", "note": "",
    },
    "CEB514Message": _RETURN | {
        "guid": GUID, "logisticsCode": "310198Z777", "logisticsNo": "YD0001", "logisticsStatus": "S",
    },
    "CEB621Message": _REPORT | _SELLER | _BUYER | {
        "orderNo": "PJ2026030100001", "logisticsNo": "YD0001", "logisticsCode": "310198Z777",
        "logisticsName": "申通达快递", "copNo": "QY-1", "preNo": "", "assureCode": "310198Z001",
        "emsNo": "T2244W000001", "invtNo": "", "ieFlag": "I", "declTime": "20260301", "customsCode": "2244", "portCode": "2244",
        "ieDate": "20260228", "consigneeAddress": "测试路1号", "agentCode": "310198Z555", "agentName": "代理报关行",
        "areaCode": "310198Z888", "areaName": "保税仓", "tradeMode": "1210", "trafMode": "Y", "trafNo": "",
        "voyageNo": "", "billNo": "", "loctNo": "", "licenseNo": "", "country": "142", "freight": "0", "insuredFee": "0",
        "currency": "142", "wrapType": "2", "packNo": "1", "grossWeight": "1.95", "netWeight": "1.8", "note": "备注",
    },
    "CEB622Message": _RETURN | {
        "guid": GUID, "customsCode": "2244", "ebpCode": "31222601AB", "ebcCode": "310198Z001",
        "agentCode": "310198Z555", "copNo": "QY-1", "preNo": "B20260301000000001", "invtNo": "22442026I000000001",
    },
    "CEB623Message": _APPLICATION,
    "CEB624Message": _ANSWERED,
    "CEB625Message": _APPLICATION,
    "CEB626Message": _ANSWERED,
    "CEB711Message": _REPORT | {
        "customsCode": "2244", "copNo": "RK-1", "preNo": "", "rkdNo": "", "operatorCode": "310198Z999",
        "operatorName": "某监管作业场所", "ieFlag": "I", "trafMode": "5", "trafNo": "MU5678", "voyageNo": "MU5678/0301",
        "billNo": "999-00000000", "logisticsCode": "310198Z777", "logisticsName": "申通达快递", "unloadLocation": "A-1",
        "note": "",
    },
    "CEB712Message": _RETURN | {
        "guid": GUID, "customsCode": "2244", "operatorCode": "310198Z999", "copNo": "RK-1",
        "preNo": "R20260301000000001", "rkdNo": "224420260301000001",
    },
    "CEB816Message": _TAX,
    "CEB818Message": _TAX,
    "CEB900Message": {
        "guid": GUID, "returnStatus": "-900004", "returnInfo": "[Code:0001;Desc:报文格式错误]",
        "returnTime": "20260301120000123", "oriCopMsgId": "", "oriMessageType": "Unknown", "oriBizMessage": "<x>]]>&",
    },
}  # fmt: skip

COMMON: dict[str, dict[str, str]] = {
    "BaseTransfer": {
        "copCode": "310198Z555", "copName": "代理报关行", "dxpMode": "DXP", "dxpId": "DXPENT0000000001", "note": "",
    },
    "BaseSubscribe": {"status": "ALL", "dxpMode": "DXP", "dxpAddress": "DXPENT0000000002", "note": "n"},
    "ExtendMessage": {"name": "own", "version": "1", "Message": '<x xmlns="urn:own">1</x>'},
}  # fmt: skip


class Maker:
    """Puts messages together; every part can be replaced before the text is made."""

    guid, signature = GUID, SIGNATURE
    kinds = list(HEADS)

    def head(self, kind: str, **changes: str | None) -> dict[str, str]:
        """Return the fields of a good head in official order; a change to None leaves the element out."""
        given = HEADS[kind] | changes
        return {name: given[name] for name in ceb.TABLES[kind].head.names if given.get(name) is not None}

    def line(self, kind: str, **changes: str | None) -> dict[str, str]:
        """Return the fields of a good line."""
        given = _ITEM | changes
        return {name: given[name] for name in ceb.TABLES[kind].items.names if given.get(name) is not None}

    def element(self, name: str, fields: dict[str, str]) -> str:
        """Return an element with fields inside."""
        raw = {"Message"}
        inner = "".join(f"<ceb:{n}>{v if n in raw else escape(v)}</ceb:{n}>" for n, v in fields.items())
        return f"<ceb:{name}>{inner}</ceb:{name}>"

    def node(self, kind: str, head: dict | None = None, lines: list[dict] | None = None) -> str:
        """Return one business node; without arguments a good one, with three lines where it has lines."""
        table = ceb.TABLES[kind]
        top = self.element(table.head.element, self.head(kind) if head is None else head)
        if not table.wrapped:
            return top
        if table.items:
            given = [self.line(kind, gnum=str(n)) for n in (1, 2, 3)] if lines is None else lines
            top += "".join(self.element(table.items.element, line) for line in given)
        return f"<ceb:{table.node}>{top}</ceb:{table.node}>"

    def tail(self, kind: str) -> list[str]:
        """Return what follows the nodes, each part as text, the signature last."""
        table = ceb.TABLES[kind]
        parts = [self.element(name, dict(COMMON[name])) for name in COMMON] if table.request else []
        return parts + ([SIGNATURE] if table.signature != "none" else [])

    def text(
        self, kind: str, nodes: list[str] | None = None, tail: list[str] | None = None, **attributes: str | None
    ) -> str:
        """Return a message without an XML declaration."""
        given = {"guid": GUID, "version": "1.0"} | attributes
        written = "".join(f" {name}={quoteattr(value)}" for name, value in given.items() if value is not None)
        body = "".join(
            (nodes if nodes is not None else [self.node(kind)]) + (self.tail(kind) if tail is None else tail)
        )
        return f'<ceb:{kind} xmlns:ceb="{ceb.NAMESPACE}"{written}>{body}</ceb:{kind}>'

    def data(self, kind: str, *args, **kwargs) -> bytes:
        """Return a message as bytes."""
        return ('<?xml version="1.0" encoding="UTF-8"?>\n' + self.text(kind, *args, **kwargs)).encode()

    def inventories(self, count: int) -> bytes:
        """Return a 621 of so many nodes with three lines each."""
        return self.data("CEB621Message", [self.node("CEB621Message")] * count)


@pytest.fixture(scope="session")
def make() -> Maker:
    return Maker()


def compared(root: etree._Element) -> list[tuple]:
    """Return every element as name, attributes and text; prefixes and blanks between elements do not count."""
    rows = []
    for element in root.iter(etree.Element):
        text = "" if len(element) else element.text or ""
        rows.append((element.tag, sorted(element.attrib.items()), text))
    return rows


@pytest.fixture(scope="session")
def rows():
    return compared


@pytest.fixture(scope="session")
def shared() -> Path:
    if not (SHARED / "xsd").is_dir():
        pytest.skip("the published schema and samples are not here (TONGGUAN_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def official(shared) -> etree.XMLSchema:
    [path] = (shared / "xsd").glob("*进口业务节点*.xsd")
    return etree.XMLSchema(etree.parse(path))


@pytest.fixture
def another_table(monkeypatch):
    """Give a way to add a table for the time of a test, as a further file in tables/ would."""

    def add(path: Path) -> ceb.Table:
        from tongguan.formats.ceb import contract

        table = copy.copy(contract.table(path))
        monkeypatch.setitem(ceb.TABLES, table.kind, table)
        return table

    return add
