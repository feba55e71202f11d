"""Figures of days (每日办理统计): volumes by the hour, states, reasons of refusal, times to release, checks.

Kept in a small table of their own, reckoned every quarter of an hour and at night, so that no question grows with the parcels.
"""
