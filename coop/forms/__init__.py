"""Forms check shape and say what is wrong beside the field; one module per subject."""
