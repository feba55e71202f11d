"""Cross-border e-commerce (跨境电子商务): retail import, direct purchase (直购进口, 9610).

A parcel is cleared from four messages: the order (订单, 311), the payment (支付凭证, 411), the waybill (运单, 511) and the
inventory (清单, 621), the declaration proper. The first three are filed by those who know them; the inventory is accepted
when all agree (三单对碰), within the buyer's yearly allowance (个人年度限额). What is filed, judged and answered is kept.
"""
