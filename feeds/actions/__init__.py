"""Everything that changes state in the Fil. One file per noun, verbs inside."""
