"""Forms of the Fil: the shape of what is typed."""
