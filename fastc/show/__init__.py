"""Results as pictures, pages, Markdown and traces: from records to texts; nothing is computed anew or printed."""
