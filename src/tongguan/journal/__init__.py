"""The journal (日志): what happened, once and for good, in one order for everybody.

Every change of every record is an event here, written in the transaction that makes the change. Rows are added and
never changed; the database itself refuses. A sequencer numbers committed events without a gap, and whoever follows
the journal follows that number, never the id of the row: ids are given before the commit and may become visible late.
"""
