"""Errors, disclosures and reductions of fees (报关差错、主动披露、滞报金减免): what became of a breach, and who decided.

Errors are noted from the journal of declarations; a dated list says which are not recorded, and a firm may ask for review.
Whether a disclosed breach goes unpunished is judged by the version of the announcement that was in force on the day of
disclosure, the same for a case that is filed and for one that is only asked about.
"""
