"""Help in the portal (使用帮助): the documents that travel with the program, as pages in the reader's language.

``shelf`` finds the documents, ``speaking`` tells the languages in them apart, ``rendering`` makes pages of them, ``seeking``
finds words in them, and ``fitting`` says which one fits the page somebody is on.
"""
