"""Subscriptions (订阅): who else is told what becomes of a parcel, so that a platform learns it though a broker filed.

A message may name up to five subscribers (BaseSubscribe). Whoever is named in a document, or was allowed by the sender's
firm, gets copies of its receipts with his own; nobody else gets anything. Beside it the platform and the merchant of every
parcel can read its statuses, without any personal data, subscribed or not.
"""
