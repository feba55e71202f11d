"""Pages of the policy measures: the public register, the indicators, and the joint conference that sees them through."""
