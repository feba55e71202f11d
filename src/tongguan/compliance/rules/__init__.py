"""What must hold of errors and their review, of disclosures, and of applications to reduce a fee."""
