"""The desk (服务窗口): the pages people use, by audience.

``public`` is for everybody, ``trader`` for those who file and follow parcels, ``officer`` for customs. Pages are
rendered here and work without script; the verbs they offer are the actions of the domains, the same machines call.
"""
