"""Holds (放行管制): the only thing that stops goods.

A hold names its subject, its reason, its owner, what it stops and by when its owner has promised to decide. Whoever
asks whether goods may move asks here, never the state of another domain's record; whoever wants them to wait places a
hold. Only the owner lifts it.
"""
