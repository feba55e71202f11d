"""What goes back: inventories withdrawn before release (撤单, 623) and goods returned after it (退货, 625).

A withdrawal is taken in while nothing holds the inventory; where a hold stops it, its owner decides. A return is asked
for within days of release, the goods are counted in where they came from, and what customs accept gives the buyer's
yearly allowance and the tax back.
"""
