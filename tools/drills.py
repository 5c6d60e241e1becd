"""Drill the promise that a recording is never lost: kills, a full disk, a read-only store.

Each drill ends with 0 only where its promise held:

    python tools/drills.py kill --rounds 20 --seed 1
    python tools/drills.py full-disk
    python tools/drills.py read-only
"""

import argparse
import sys

import drill_disk
import drill_kill


def main() -> int:
    """Run the drill that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    drills = parser.add_subparsers(dest="drill", required=True)
    kill = drills.add_parser("kill", help="recordings are killed at random moments")
    kill.add_argument("--rounds", type=int, default=20)
    kill.add_argument("--seed", type=int, default=1, help="chooses the moments")
    kill.add_argument("--short", action="store_true", help="paint nothing, kill once a round")
    drills.add_parser("full-disk", help="recordings end on disks that are too small")
    drills.add_parser("read-only", help="nothing can be written")
    asked = parser.parse_args()
    if asked.drill != "kill":
        code = drill_disk.apart(sys.argv)
        here = drill_disk.full_disk if asked.drill == "full-disk" else drill_disk.read_only
        return here() if code is None else code
    return drill_kill.drill(rounds=asked.rounds, seed=asked.seed, short=asked.short)


if __name__ == "__main__":
    sys.exit(main())
