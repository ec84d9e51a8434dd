"""Pages of the Fil."""
