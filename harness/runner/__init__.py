"""Turn variants into samples: history, replay or live call, budget. Holds no opinion."""
