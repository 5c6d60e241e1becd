"""Speak with people at a terminal: one module a family of verbs."""
