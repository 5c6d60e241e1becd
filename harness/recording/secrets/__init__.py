"""Keep keys out of files: what a key looks like, where it hides, how it is taken out."""
