"""Statistics (统计): what was released, month by month, as figures that tell of no person and of no single firm.

They are reckoned at night into a small table of their own, so that nobody's question grows with the parcels.
贸易统计 trade statistics · 监管方式 supervision mode · 商品章 chapter of the tariff
"""
