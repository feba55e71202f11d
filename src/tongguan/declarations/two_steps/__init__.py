"""Declaring in two steps (两步申报): a summary, by which goods may leave the port area, and the complete declaration after it.

Both are one declaration under one number. The summary holds what three questions ask for: is there a licence, is there an
inspection, is there tax. It is judged, drawn for, and secured by an estimate; the complete declaration is due by a day
that the entry of the conveyance sets, may not contradict the summary in some fields, and is assessed by its day. GACC 2019
No. 127 and No. 216.
"""
