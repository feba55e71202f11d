"""What the sandbox writes: exchanges and certificates, in its own tables and nowhere else."""

from .certificates import Issued, issue
from .keeping import Sent, Served, expire, keep, new_number

__all__ = ["Issued", "Sent", "Served", "expire", "issue", "keep", "new_number"]
