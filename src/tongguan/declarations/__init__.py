"""Customs declarations (报关单): declare, amend, withdraw, release.

A declaration is written as a draft, submitted, and accepted or rejected as a whole. Its acceptance fixes the days whose
law, rates and exchange rates judge it; what it owes is assessed, licences are reserved, a guarantee is debited or payment
asked for; it is released when nothing holds it. Every version of it is kept.
"""
