"""Pages of the auditor: the journal, its proofs and its signed heads; officers and the operator read them too."""
