"""Reliefs of import taxes (减免税): lists of entities, letters of relief, what is drawn on them, and supervision after release.

A listed entity applies; customs confirm by a letter (征免税确认通知书), which one declaration draws on. From release customs
supervise the goods for some years; who disposes of them earlier pays tax on what is left of their value. Remanufactured
goods (再制造产品) of the authority's lists stand beside them. Sources: 财关税〔2021〕23号; GACC Order 245.
"""
