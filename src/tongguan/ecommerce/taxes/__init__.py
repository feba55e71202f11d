"""The tax of released parcels: bills (电子税单, 816 and 818), days of payment, payment orders (缴款书), the bank.

A bill is made with the release and told to the assurer (担保企业). Thirty days are left for returns; then the bills are
gathered, whatever district released the parcels, and paid electronically through a port.
"""
