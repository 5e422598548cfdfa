"""Why a result is as it is: what takes the time, what would change it, and how two results differ.

Records in, records out: reads results, networks and the search's cost functions, and prints nothing.
"""
