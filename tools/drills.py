"""Drill what is promised of recordings and of money: kills, disks, faults, caps.

Each drill ends with 0 only where its promise held:

    python tools/drills.py kill --rounds 20 --seed 1
    python tools/drills.py full-disk
    python tools/drills.py read-only
    python tools/drills.py faults --share 0.3 --samples 200 --jobs 32
    python tools/drills.py cap --rounds 100 --cap 1.00 --jobs 64
    python tools/drills.py great
    python tools/drills.py contract --pictures 500 --each 40
"""

import argparse
import sys
from collections.abc import Callable, Mapping

import drill_cap
import drill_contract
import drill_disk
import drill_faults
import drill_great
import drill_kill


def main() -> int:
    """Run the drill that is asked for."""
    asked = _parser().parse_args()
    drilled: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "kill": lambda a: drill_kill.drill(rounds=a.rounds, seed=a.seed, short=a.short),
        "full-disk": lambda _: _apart(drill_disk.full_disk),
        "read-only": lambda _: _apart(drill_disk.read_only),
        "faults": _faults,
        "cap": lambda a: drill_cap.drill(
            rounds=a.rounds, cap=a.cap, jobs=a.jobs, seed=a.seed, at_once=a.at_once
        ),
        "great": lambda a: drill_great.drill(short=a.short),
        "contract": lambda a: drill_contract.drill(
            pictures=a.pictures, each=a.each, at_once=a.at_once, short=a.short
        ),
    }
    return drilled[asked.drill](asked)


def _apart(here: Callable[[], int]) -> int:
    """Run a drill where disks can be mounted."""
    code = drill_disk.apart(sys.argv)
    return here() if code is None else code


def _faults(asked: argparse.Namespace) -> int:
    sizes = drill_faults.Sizes(asked.share, asked.samples, asked.jobs, asked.seed)
    return drill_faults.drill(sizes, only=asked.only, at_once=asked.at_once)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    drills = parser.add_subparsers(dest="drill", required=True)
    kill = drills.add_parser("kill", help="recordings are killed at random moments")
    kill.add_argument("--rounds", type=int, default=20)
    kill.add_argument("--seed", type=int, default=1, help="chooses the moments")
    kill.add_argument("--short", action="store_true", help="paint nothing, kill once a round")
    drills.add_parser("full-disk", help="recordings end on disks that are too small")
    drills.add_parser("read-only", help="nothing can be written")
    faults = drills.add_parser("faults", help="each fault of the simulator befalls a live run")
    faults.add_argument("--share", type=float, default=0.3, help="of calls")
    faults.add_argument("--samples", type=int, default=200)
    faults.add_argument("--jobs", type=int, default=32, help="calls in flight")
    faults.add_argument("--only", type=_names, default=(), help="names, with commas")
    cap = drills.add_parser("cap", help="a cap under many calls in flight that fail at random")
    cap.add_argument("--rounds", type=int, default=100)
    cap.add_argument("--cap", type=float, default=1.0, help="US dollars")
    cap.add_argument("--jobs", type=int, default=64, help="calls in flight")
    for each in (faults, cap):
        each.add_argument("--seed", type=int, default=1, help="chooses whom it befalls")
        each.add_argument("--at-once", type=int, default=4, help="runs at the same time")
    great = drills.add_parser("great", help="the greatest case: recorded, killed, replayed")
    great.add_argument("--short", action="store_true", help="small pictures, from a pool")
    _contract(drills.add_parser("contract", help="faults planted in pictures are found"))
    return parser


def _contract(contract: argparse.ArgumentParser) -> None:
    contract.add_argument("--pictures", type=int, default=500, help="good ones, for false alarms")
    contract.add_argument("--each", type=int, default=40, help="pictures of each fault")
    contract.add_argument("--at-once", type=int, default=2, help="processes")
    contract.add_argument("--short", action="store_true", help="small pictures, nothing written")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


if __name__ == "__main__":
    sys.exit(main())
