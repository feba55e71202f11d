"""What was paid too much is given back (退还多缴税款): claimed of a bill, granted by customs, and paid back by the bank.

The claim comes within the law's years of the payment; customs answer within its days, and the firm completes the formalities
within its months of the answer. Then the bank is told to pay, once under one number; only its own word makes it paid back.
"""
