"""Licences and permits (许可证件): what may cross the border only with somebody's leave, and how much of it is left.

A licence is kept with its holder, dates, goods and uses; each of its lines has its quantity in a ledger account. A
declaration reserves what it needs when it is accepted, writes it off when the goods are released, and gives it back when
it is withdrawn. Types of licences, their limits and the days on which they begin and end are law, not code.
"""
