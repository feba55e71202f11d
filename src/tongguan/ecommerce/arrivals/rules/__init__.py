"""What a status of a waybill (513) and a list of arrivals (711) must satisfy, under the official codes where there is one."""

from .lists import LIST, LIST_CASE, ListCase
from .statuses import STATUS, STATUS_CASE, StatusCase

__all__ = ["LIST", "LIST_CASE", "STATUS", "STATUS_CASE", "ListCase", "StatusCase"]
