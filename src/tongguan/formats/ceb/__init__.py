"""CEB messages (跨境统一版报文): the electronic documents of cross-border e-commerce imports.

``read`` turns bytes into documents, ``write`` and ``receipt`` documents into bytes; both follow one table a message
(``tables/``), from which the Structs, the schema, the JSON Schema, the labels and the documentation are made.
Reading is lenient and says so in warnings; writing is strict.
"""

from .contract import COMMON, NAMESPACE, TABLES, Table
from .describing import label, markdown
from .documents import *  # noqa: F403  (every document of the tables, by its name)
from .documents import DOCUMENTS
from .faults import CAUSES, Unreadable, Unwritable
from .reading import Message, Node, read
from .schemas import json_schema, schema, xsd
from .writing import check, receipt, receipts, return_900, return_time, write

__all__ = [
    "CAUSES", "COMMON", "DOCUMENTS", "NAMESPACE", "TABLES", "Message", "Node", "Table", "Unreadable", "Unwritable",
    "check", "json_schema", "label", "markdown", "read", "receipt", "receipts", "return_900", "return_time", "schema",
    "write", "xsd", *DOCUMENTS,
]  # fmt: skip
