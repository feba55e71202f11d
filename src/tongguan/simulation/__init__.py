"""Days of trade on demand (模拟): believable traffic, filed by invented firms through the door that serves everybody.

A scenario (场景) says who trades, what is bought and what goes wrong, and how often. A day of it is made from a seed:
the same seed says the same, byte for byte. And what-if (假设推演): stored parcels judged again under changed law.
Nothing here is real, and whoever is invented here shows it by his code (``marks``).
"""
