"""Paint the simulator's pictures: a scene by the prompt's words, a character by its references."""
