"""One's own allowance (本人额度查询): a visitor proves who he is, sees what counted for him, and says what was not his.

``entering`` sends him to the real-name login and takes him back, ``pages`` shows him what is his, ``provider`` is the page
of the simulated login.
"""
