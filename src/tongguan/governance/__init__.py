"""Governance (统筹推进): the register of policy measures, and the joint conference that sees them through (联席会议).

The register says of every clause of the policy documents what this program does for it. What a clause asks is data
under ``law/measures``; whether it is built is never written there: it follows from what the program has and from the
tests that show it. The conference keeps its own records: measures with lead, dates and evidence, and issues.
"""
