"""How ``tile-chains`` finds chains of regions, and what they cost."""
