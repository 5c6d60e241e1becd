"""Say how a picture measures: container, pixels, fingerprints, blankness, derivatives.

Nothing is imported here: `sameness` and `container` are cheap, the others bring
Pillow, numpy and imagehash, so a caller names the module that it needs.
"""
