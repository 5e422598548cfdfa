"""What passes and the search read out of IR; nothing here changes any."""
