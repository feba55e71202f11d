"""What a person sees of his own purchases (本人额度查询): his yearly allowance, what counted, and what he says was not his.

He is known by the fingerprint of his identity number, which a real-name login has proven; the number itself is not kept.
"""
