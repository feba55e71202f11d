"""What is kept of messages, of the documents in them, and of the answers.

A message (报文) is kept as it came, sealed. Each business node in it is a filing (申报): what was said and what became of
it, never changed. Orders, payments, waybills and inventories are what now holds; each points to the filing it stands on.
Names, numbers and addresses of people are sealed; digests under a secret key (``*_match``) let documents be compared.
A number is given without asking the database: a filing is message × 1000 + node, a document bears the number of the
filing that made it, and an item is document × 100 + item. A tax bill bears the number of its inventory.
"""

from .arrivals import ArrivalList, BillTally, TalliedParcel, WaybillStatus
from .blacklist import ListedBuyer
from .deposits import Deposit
from .documents import ITEMS_OF_A_NODE, Document, Inventory, InventoryItem, Order, Payment, Waybill
from .erasures import Erasure
from .messages import NODES_OF_A_MESSAGE, Filing, Message, Receipt, Told, TransactionNumber
from .own import DisownedPurchase
from .patterns import RiskFinding, RiskParcel
from .pickups import PickUp, RefusedPickUp
from .returns import Request, Return, ReturnItem, Withdrawal
from .subscriptions import AllowedSubscriber, ParcelStatus, StatusReading, Subscription
from .taxes import PaymentOrder, TaxBill

__all__ = [
    "Deposit",
    "Erasure",
    "ITEMS_OF_A_NODE",
    "NODES_OF_A_MESSAGE",
    "AllowedSubscriber",
    "ArrivalList",
    "BillTally",
    "DisownedPurchase",
    "Document",
    "Filing",
    "Inventory",
    "InventoryItem",
    "ListedBuyer",
    "Message",
    "Order",
    "ParcelStatus",
    "Payment",
    "PaymentOrder",
    "PickUp",
    "RefusedPickUp",
    "Receipt",
    "Request",
    "Return",
    "ReturnItem",
    "RiskFinding",
    "RiskParcel",
    "StatusReading",
    "Subscription",
    "TalliedParcel",
    "TaxBill",
    "Told",
    "TransactionNumber",
    "Waybill",
    "WaybillStatus",
    "Withdrawal",
]
