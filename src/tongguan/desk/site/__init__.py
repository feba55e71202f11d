"""Pages of those who run a supervised site (监管作业场所经营人)."""
