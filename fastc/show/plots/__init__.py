"""One module for each kind of plot: from records to a figure."""
