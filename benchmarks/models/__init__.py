"""Models that are made when they are needed, from shapes alone: no weights, whatever the size."""
