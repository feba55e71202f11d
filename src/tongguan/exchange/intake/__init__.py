"""What comes in through the exchange platform (交换平台接入): envelopes, opened and filed."""
