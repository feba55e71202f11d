"""The addresses for machines (接口): the transport of CEB messages, and a JSON API under ``/api/v1``.

Everything filed here goes through the one door ``ecommerce.intake.receive``. Callers are machine clients with a token;
nothing here reads a session. Failures are problems (RFC 9457) in the caller's language, with both languages inside.
"""
