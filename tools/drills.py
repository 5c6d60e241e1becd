"""Drill the promise that a recording is never lost: kills, a full disk, a read-only store.

Each drill ends with 0 only where its promise held:

    python tools/drills.py kill --rounds 20 --seed 1
    python tools/drills.py full-disk
    python tools/drills.py read-only
"""

import argparse
import sys

import drill_kill


def main() -> int:
    """Run the drill that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    drills = parser.add_subparsers(dest="drill", required=True)
    kill = drills.add_parser("kill", help="recordings are killed at random moments")
    kill.add_argument("--rounds", type=int, default=20)
    kill.add_argument("--seed", type=int, default=1, help="chooses the moments")
    kill.add_argument("--words-only", action="store_true", help="paint no pictures: quicker")
    asked = parser.parse_args()
    return drill_kill.drill(rounds=asked.rounds, seed=asked.seed, pictures=not asked.words_only)


if __name__ == "__main__":
    sys.exit(main())
