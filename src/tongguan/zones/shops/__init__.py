"""Shops where bonded goods ordered online are collected (网购保税+线下自提).

A shop displays goods of an account book; they stay bonded: they leave the stock of the book for an account of the shop and
can be taken back. Its guarantee must cover the tax on what it displays. What is collected there is decided above, by the
inventory (``ecommerce.pickup``).
"""
