"""Pages for customs: the open checks, the decision on one, and personal data in clear with a purpose."""
