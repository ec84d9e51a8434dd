"""Background work of the Fil: fetch by id, call an action."""
