"""Erasing one person before his month's end (个人信息删除): what is kept of him, and what can go.

Messages hold many people under one key of a month, so one person is taken out by writing them anew without him: his
values are replaced by a mark in the documents and in the message as it came, and sealed again; the fingerprints by which
he is found are replaced by chance. Numbers, goods and taxes stay, and so does the journal, whose events never named him.
"""
