"""Requests sent again (重复请求): what a program asked under a key of its own is done once, and answered the same again."""
