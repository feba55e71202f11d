"""What customs look into after the release, because chance drew it (后续核查): origins of goods, and firms."""
