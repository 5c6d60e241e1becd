"""Lay things on disk: blobs, runs, epochs, decisions, remembered features."""
