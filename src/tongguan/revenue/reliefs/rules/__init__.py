"""What must be so before a relief is applied for, confirmed, drawn on, and before goods under supervision are disposed of."""
