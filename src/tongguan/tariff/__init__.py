"""The tariff (进出口税则): commodity codes, their legal units, and the rates a day gives them.

Lines and rates are dated and each rate names its instrument. The authored subset stands under ``law/tariff``; loaded
into the database it forms an edition, and a ``Book`` is the tariff of one day, in memory.
税则号列 commodity code · 法定计量单位 legal unit · 最惠国税率 most-favoured-nation rate · 暂定税率 provisional rate
"""
