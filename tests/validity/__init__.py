"""What a recount cannot show: whether the numbers are what they are called.

Planted truths, archives in which nothing is to be found, and hand-labelled weeks. Each module has
`figures()`, rows of name, figure and target; `python -m tests.validity` prints them all.
"""
