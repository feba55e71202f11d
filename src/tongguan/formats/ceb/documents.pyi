# Made by stub() in documents.py.
from decimal import Decimal

import msgspec

from .contract import Block, Shape, Table

INT32: tuple[int, int]
DOCUMENTS: dict[str, type[msgspec.Struct]]

def whole_range(shape: Shape) -> tuple[int, int]: ...
def struct(block: Block) -> type[msgspec.Struct]: ...
def document(table: Table) -> type[msgspec.Struct]: ...
def stub() -> str: ...

class BaseTransfer(msgspec.Struct, frozen=True, kw_only=True):
    copCode: str
    copName: str
    dxpMode: str
    dxpId: str
    note: str | None = None

class BaseSubscribe(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    dxpMode: str
    dxpAddress: str
    note: str | None = None

class ExtendMessage(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    version: str
    Message: str

class OrderItem(msgspec.Struct, frozen=True, kw_only=True):
    gnum: int
    itemNo: str | None = None
    itemName: str
    gmodel: str
    itemDescribe: str | None = None
    barCode: str | None = None
    unit: str
    qty: Decimal
    price: Decimal
    totalPrice: Decimal
    currency: str
    country: str
    note: str | None = None

class Order(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    orderType: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    goodsValue: Decimal
    freight: Decimal
    discount: Decimal
    taxTotal: Decimal
    acturalPaid: Decimal
    currency: str
    buyerRegNo: str
    buyerName: str
    buyerTelephone: str
    buyerIdType: str
    buyerIdNumber: str
    payCode: str | None = None
    payName: str | None = None
    payTransactionId: str | None = None
    batchNumbers: str | None = None
    consignee: str
    consigneeTelephone: str
    consigneeAddress: str
    consigneeDistrict: str | None = None
    note: str | None = None
    items: list[OrderItem]

class OrderReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    ebpCode: str
    ebcCode: str
    orderNo: str
    returnStatus: str
    returnTime: str
    returnInfo: str

class Payment(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    payCode: str
    payName: str
    payTransactionId: str
    orderNo: str
    ebpCode: str
    ebpName: str
    payerIdType: str
    payerIdNumber: str
    payerName: str
    telephone: str | None = None
    amountPaid: Decimal
    currency: str
    payTime: str
    note: str | None = None

class PaymentReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    payCode: str
    payTransactionId: str
    returnStatus: str
    returnTime: str
    returnInfo: str

class Waybill(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    logisticsCode: str
    logisticsName: str
    logisticsNo: str
    billNo: str | None = None
    orderNo: str
    freight: Decimal | None = None
    insuredFee: Decimal | None = None
    currency: str
    weight: Decimal
    packNo: int
    goodsInfo: str | None = None
    consignee: str
    consigneeAddress: str
    consigneeTelephone: str
    note: str | None = None

class LogisticsReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    logisticsCode: str
    logisticsNo: str
    returnStatus: str
    returnTime: str
    returnInfo: str

class WaybillStatus(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    logisticsCode: str
    logisticsName: str
    logisticsNo: str
    logisticsStatus: str
    logisticsTime: str
    note: str | None = None

class LogisticsStatusReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    logisticsCode: str
    logisticsNo: str
    logisticsStatus: str
    returnStatus: str
    returnTime: str
    returnInfo: str

class InventoryItem(msgspec.Struct, frozen=True, kw_only=True):
    gnum: int
    itemRecordNo: str | None = None
    itemNo: str | None = None
    itemName: str | None = None
    gcode: str
    gname: str
    gmodel: str
    barCode: str | None = None
    country: str
    tradeCountry: str | None = None
    currency: str
    qty: Decimal
    unit: str
    qty1: Decimal
    unit1: str
    qty2: Decimal | None = None
    unit2: str | None = None
    price: Decimal
    totalPrice: Decimal
    note: str | None = None

class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    logisticsNo: str
    logisticsCode: str
    logisticsName: str
    copNo: str | None = None
    preNo: str | None = None
    assureCode: str
    emsNo: str | None = None
    invtNo: str | None = None
    ieFlag: str
    declTime: str
    customsCode: str
    portCode: str
    ieDate: str | None = None
    buyerIdType: str
    buyerIdNumber: str
    buyerName: str
    buyerTelephone: str
    consigneeAddress: str
    agentCode: str
    agentName: str
    areaCode: str | None = None
    areaName: str | None = None
    tradeMode: str
    trafMode: str
    trafNo: str | None = None
    voyageNo: str | None = None
    billNo: str | None = None
    loctNo: str | None = None
    licenseNo: str | None = None
    country: str
    freight: Decimal
    insuredFee: Decimal
    currency: str
    wrapType: str | None = None
    packNo: int
    grossWeight: Decimal
    netWeight: Decimal
    note: str | None = None
    items: list[InventoryItem]

class InventoryReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    customsCode: str | None = None
    ebpCode: str | None = None
    ebcCode: str | None = None
    agentCode: str | None = None
    copNo: str
    preNo: str
    invtNo: str | None = None
    returnStatus: str
    returnTime: str
    returnInfo: str

class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    customsCode: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    logisticsNo: str
    logisticsCode: str
    logisticsName: str
    copNo: str | None = None
    preNo: str | None = None
    invtNo: str
    buyerIdType: str
    buyerIdNumber: str
    buyerName: str
    buyerTelephone: str
    agentCode: str
    agentName: str
    reason: str
    note: str | None = None

class InvtCancelReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    customsCode: str | None = None
    agentCode: str | None = None
    ebpCode: str | None = None
    ebcCode: str | None = None
    copNo: str
    preNo: str
    invtNo: str | None = None
    returnStatus: str
    returnTime: str
    returnInfo: str

class RefundItem(msgspec.Struct, frozen=True, kw_only=True):
    gnum: int
    gcode: str
    gname: str
    qty: Decimal
    unit: str
    note: str | None = None

class Refund(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    customsCode: str
    orderNo: str
    ebpCode: str
    ebpName: str
    ebcCode: str
    ebcName: str
    logisticsNo: str
    logisticsCode: str
    logisticsName: str
    copNo: str | None = None
    preNo: str | None = None
    invtNo: str
    buyerIdType: str
    buyerIdNumber: str
    buyerName: str
    buyerTelephone: str
    agentCode: str
    agentName: str
    reason: str
    note: str | None = None
    items: list[RefundItem]

class InvtRefundReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    customsCode: str | None = None
    agentCode: str | None = None
    ebpCode: str | None = None
    ebcCode: str | None = None
    copNo: str
    preNo: str
    invtNo: str | None = None
    returnStatus: str
    returnTime: str
    returnInfo: str

class DeliveryItem(msgspec.Struct, frozen=True, kw_only=True):
    gnum: int
    logisticsNo: str
    note: str | None = None

class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    appType: str
    appTime: str
    appStatus: str
    customsCode: str
    copNo: str | None = None
    preNo: str | None = None
    rkdNo: str | None = None
    operatorCode: str
    operatorName: str
    ieFlag: str
    trafMode: str
    trafNo: str
    voyageNo: str
    billNo: str
    logisticsCode: str
    logisticsName: str
    unloadLocation: str | None = None
    note: str | None = None
    items: list[DeliveryItem]

class DeliveryReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    customsCode: str | None = None
    operatorCode: str | None = None
    copNo: str | None = None
    preNo: str | None = None
    rkdNo: str | None = None
    returnStatus: str
    returnTime: str
    returnInfo: str

class TaxBillItem(msgspec.Struct, frozen=True, kw_only=True):
    gnum: int
    gcode: str
    taxPrice: Decimal
    customsTax: Decimal
    valueAddedTax: Decimal
    consumptionTax: Decimal

class TaxBill(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    returnTime: str
    invtNo: str
    taxNo: str
    customsTax: Decimal
    valueAddedTax: Decimal
    consumptionTax: Decimal
    status: str
    entDutyNo: str | None = None
    note: str | None = None
    assureCode: str | None = None
    ebcCode: str | None = None
    logisticsCode: str | None = None
    agentCode: str | None = None
    customsCode: str | None = None
    items: list[TaxBillItem]

class TaxBillStatus(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    returnTime: str
    invtNo: str
    taxNo: str
    status: str
    entDutyNo: str | None = None
    assureCode: str | None = None

class MessageReturn(msgspec.Struct, frozen=True, kw_only=True):
    guid: str
    returnStatus: str
    returnInfo: str
    returnTime: str
    oriCopMsgId: str
    oriMessageType: str
    oriBizMessage: str
