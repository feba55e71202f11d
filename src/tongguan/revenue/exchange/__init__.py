"""Exchange rates for customs values (计征汇率): published parities with their sources, and the rate of a month by the law.

For a month the parity of one day of the month before serves (``law/revenue/exchange_rate_day.yaml``); customs may publish
a special rate after great swings. A currency without a parity of that day has no rate: nothing is guessed.
Source: GACC Order 272 art 13, before it Order 124.
"""
