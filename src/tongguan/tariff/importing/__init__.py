"""Reading the tables a deployer has: tariff tables and parameter tables (导入税则表和参数表).

What a table looks like stands in ``law/tariff/formats`` and ``law/codes/formats``. Reading writes nothing and loses
nothing: every row ends in one of the counted classes of a ``Report``, and a value that cannot be is doubted, never
guessed.
"""
