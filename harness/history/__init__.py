"""Keep every run, look, epoch and decision where it can be asked for; nothing is judged from it."""
