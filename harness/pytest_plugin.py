"""Collect suites as tests: suite = file node, variant = item, verdict = outcome."""
