"""Everything that changes state on the ground floor. One file per noun, verbs inside."""
