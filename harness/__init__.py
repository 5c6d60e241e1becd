"""Evaluation and regression tests for pictures made by Google's Gemini image models."""

__version__ = "0.1.0"
