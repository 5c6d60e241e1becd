"""Play the image service on loopback: the same wire form, pictures that are painted here."""
