"""What is done about access: ask, assess, issue an order, conclude its checks, move goods, take samples, report a violation."""

from .concluding import conclude, laboratory, move, sample
from .issuing import ask, assess, issue
from .violations import report_use

__all__ = ["ask", "assess", "conclude", "issue", "laboratory", "move", "report_use", "sample"]
