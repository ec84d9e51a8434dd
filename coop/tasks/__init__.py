"""Background work of the ground floor: fetch by id, call an action."""
