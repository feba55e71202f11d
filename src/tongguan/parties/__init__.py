"""Parties (参与方): enterprises, the people and machines that act for them, and what may be known of a person.

An enterprise is found by its unified social credit code (统一社会信用代码) or its customs registration code
(海关注册编码); both lead to one record. People and machines act in a role. Personal data (个人信息) are sealed under a
key of their month and matched by fingerprints; destroying the key of a month forgets its data, and nothing else.
"""
