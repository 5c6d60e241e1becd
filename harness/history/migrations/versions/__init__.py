"""Hold one module a version, the first of them `v0001`."""
