"""Pages of the authority: what would be under other law."""
