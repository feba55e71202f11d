"""The bench of the intake (接收压测): invented traffic at the rate of a nation's peak, filed by the one door and verified.

It measures what it is run on, and nothing else: a PostgreSQL of its own, on the same cores, that keeps every commit.
"""
