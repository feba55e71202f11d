"""Patterns of re-sale (二次销售、刷单): what many purchases together show and no single one does.

A timer looks at the window of the last days, set by set, and records each group that is unusual as a risk finding. Its
parcels that are not released are held, later ones are drawn with certainty, and an officer decides. Groups are known by
keyed digests; nobody is named but on an officer's request for a purpose.
"""
