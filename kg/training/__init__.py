"""Training of the embedded language pipeline: needs the `train` extra and the data named in the model card."""
