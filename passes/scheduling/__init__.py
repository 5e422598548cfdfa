"""Parts of ``lower-to-schedule``: scans of the vector unit, buffers, and their places in memory."""
