"""Points, paths and directions in the latent space of a generator: arithmetic, no widgets."""
