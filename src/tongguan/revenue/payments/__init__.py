"""What is paid (税费缴纳): bills of declarations and of a firm's month, by a bank, in the order in which they settle.

A bill is paid when the bank's own word says so, never before; silence is asked about again. What is paid gives back what
a guarantee secured, and the journal tells it (``duty_bill.paid``, ``month_bill.paid``).
"""
