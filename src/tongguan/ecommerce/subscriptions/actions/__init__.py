"""What can be done: subscribe with a message, allow a subscriber, and tell platforms and merchants of their parcels."""
