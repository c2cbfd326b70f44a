"""Drivers that ask other tools the same question of the same file: which principals may use which of the actions.

Each runs in the tool's own environment, as `python -m benchmarks.peers.ask_… FILE ACTIONS`, and prints a line for
every pair that the tool allows: verdict, ARN and action, with tabs between. So they import the standard library and
the tool, and nothing else.
"""
