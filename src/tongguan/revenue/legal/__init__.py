"""What the law itself exempts or reduces (法定减免税), beside letters of relief: claimed of lines of a declaration, decided.

Samples without value, stores of conveyances, gifts of governments, goods lost or damaged before their release, goods that
come back as they went, and free replacements. A firm names the ground, the lines and the evidence; customs grant it, of
damaged goods with the share of the taxes that is left, or refuse it. A line of the sheet then names ground and decision.
"""
