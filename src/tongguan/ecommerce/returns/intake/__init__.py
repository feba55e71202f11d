"""Requests to withdraw and to return are taken in: judged node by node, kept and answered, as every message is."""
