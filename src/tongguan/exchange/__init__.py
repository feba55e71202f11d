"""The outside (对外交换): adapters to partner systems, and simulators that stand for them until there are some.

A domain says by a port what it needs; what is here speaks to whoever gives it, or plays his part. A person can drive a
simulator: let it agree, refuse, or fall silent. What it has done is kept in tables of its own, beside ours, as the
partner would keep it. There are the bank that pays tax (银行), the exchange platform with its envelopes (交换平台), and the
watched folders of clients that know files only (文件夹收发).
"""
