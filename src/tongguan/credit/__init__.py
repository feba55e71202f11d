"""Credit of firms with customs (海关信用管理): grades by date, what they give and bar, the facts behind them, and AEO.

A firm's grade is one history: what was decided under an earlier law reads, from the day of the next one, as that law has
it. A grade can be kept while the firm puts something right, without what it gives; it can be repaired, contested fact by
fact, and earned by a review for certification (高级认证). Nothing here stops goods; others ask, and act by the answer.
"""
