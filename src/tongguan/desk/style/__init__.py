"""The look of the pages (界面): light or dark, charts drawn by the server, and the page of all parts."""
