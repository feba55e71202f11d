"""Data elements (数据元): what every document of the window says, element by element, and where it is said once again.

Made from the tables the program itself reads and writes messages by; ``meanings.yaml`` tells only which of their fields
mean the same. Documents only, no tables of a database.
数据元 element · 数据元目录 catalogue · 代码表 code list · 单证 document
"""

from .documents import AUTHORITIES, DOCUMENTS, Document, Said
from .registry import Element, catalogue, element, found

__all__ = ["AUTHORITIES", "DOCUMENTS", "Document", "Element", "Said", "catalogue", "element", "found"]
