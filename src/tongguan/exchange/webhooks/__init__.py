"""Webhooks (推送): receipts are told to an address of a firm as they come, so that its systems need not ask.

Spoken as Standard Webhooks 1.0 has it: three headers, of which one signs the other two with the body by HMAC-SHA256.
What is told stands in the receipts that were committed; deliveries are made from them by the work process, so that the
intake does nothing for it. A delivery comes at least once, under one number however often it is sent.
"""
