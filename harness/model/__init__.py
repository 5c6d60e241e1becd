"""Say what things are: frozen dataclasses, no input or output, no third party."""
