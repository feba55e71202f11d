"""The sandbox for platforms (联调沙箱): the messages of the window, judged as there, decided by what the sender asks for.

Who connects a system sends here what he will send to the window. The reader, the rules of each message and the check of
signatures are the window's own. What only customs can decide is decided by the end of a number (``magic``): a check, a
refusal, silence. Every exchange is kept for its sender (``actions.keep``). Nothing here reaches real data: the tables of
this domain are the only ones it writes.
"""
