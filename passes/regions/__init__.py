"""Parts of ``form-regions``: which op goes into which region, which ops move, and how the regions are built."""
