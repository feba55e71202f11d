"""What an assurer has left to secure tax with (担保企业的税款担保额度).

Who answers for the tax of parcels (assureCode) must have deposit left. Where an account is kept for him, what he
deposited or had guaranteed is its balance: each accepted inventory takes its tax, and payment, return and withdrawal
give it back. Nobody has to have one; without it his parcels are judged as ever.
"""
