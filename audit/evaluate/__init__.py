"""Effective permissions of all principals of an account, and the reasons for each."""
