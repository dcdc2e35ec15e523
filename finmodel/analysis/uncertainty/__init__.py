"""How sure the figures are: draws of what is uncertain, run through the same model with a longer case axis."""
