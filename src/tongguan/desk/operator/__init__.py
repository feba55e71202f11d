"""Pages on how the program itself stands: for the operator with figures, for everybody whether it works."""
