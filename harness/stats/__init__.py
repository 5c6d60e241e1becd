"""Say how samples compare: labellings, channels, the combined permutation test."""
