"""What needs somebody (待办): one list of what a firm has to do, by when, and the queues of those who decide.

Nothing is kept here but who wants the list by mail (待办摘要): each matter is read where it stands, and is gone once it is
done. Last days come from the law and from the records themselves.
待办事项 matter · 办理期限 last day · 待办摘要 digest
"""
