"""The project's tables: every column name, rows as plain tuples, and the same as pandas DataFrames.

Rows need no pandas; it is imported when a DataFrame is asked for. Nothing in a row is nested: several names stand
in one cell joined by `; `, and what is one to many has a table of its own.
"""
