"""Messages and documents (报文): what arrives as bytes becomes records of fields, and back again.

Every format stands in a package of its own. Nothing here knows Django, a database or the network, and nothing here
judges: whether a document is allowed is for the domains above; here it is only whether it can be read.
"""
