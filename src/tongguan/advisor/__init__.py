"""What a planned consignment needs, may use, costs, and by when (通关方案建议), answered before anything is filed.

A plan is judged as the declaration that it would become: by the same rules, tariff, law and exchange rates, of the day on
which it is to be filed. So the answer is what filing then does. Nothing is kept of what is asked; every statement names
the value of the law that it rests on.
"""
