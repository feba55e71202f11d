"""Declarations (报关单) for who declares: the list, the editor, one seen whole, its versions, and lines from a spreadsheet."""
