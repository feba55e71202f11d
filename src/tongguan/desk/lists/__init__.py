"""Lists (列表): one table for all of them, with chosen columns, named filters, files for a spreadsheet and keys."""
