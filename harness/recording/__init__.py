"""Keep what went over the wire: cassettes, identity, secrets, replay (vcrpy lives here)."""
