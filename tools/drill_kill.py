"""Kill recordings at random moments, and hold what is left against the simulator's log."""

import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from drill_ground import (
    Broken,
    Ground,
    Held,
    Log,
    awaited,
    genuine,
    insist,
    looked_at,
    resume,
    simulator,
    unchanged,
)

from harness.runner.pool import threads_of


@dataclass(frozen=True)
class Moment:
    """When a recording is killed.

    Attributes:
        after: Answers that the simulator has given by then; None waits for compaction.
        delay: Seconds later.
    """

    after: int | None
    delay: float

    def __str__(self) -> str:
        began = "compaction began" if self.after is None else f"answer {self.after}"
        return f"{self.delay * 1000:.0f} ms after {began}"


@dataclass(frozen=True)
class Killed:
    """What a killed recording left, and what the simulator knows of it.

    Attributes:
        moment: When it was killed.
        ended: It had ended by itself before.
        compacting: It was bringing its journal into the cassettes.
        asked: Requests of it that had arrived.
        answered: Answers that had gone out whole.
        kept: Answers of it that are recorded.
        left: What lies about: files that were being written, lines that were cut off.
    """

    moment: Moment
    ended: bool
    compacting: bool
    asked: int
    answered: int
    kept: int
    left: str

    def __str__(self) -> str:
        state = " (had ended)" if self.ended else " (compacting)" if self.compacting else ""
        counts = f"asked {self.asked}, answered {self.answered}, kept {self.kept}"
        return f"{self.moment}{state}: {counts}{self.left}"


def drill(*, rounds: int, seed: int, short: bool) -> int:
    """Kill recordings for `rounds` rounds; 1 where a promise was broken.

    Args:
        rounds: How many workspaces.
        seed: Chooses the moments.
        short: Paint nothing, kill once a round, and replay the last one only.
    """
    dice = random.Random(seed)
    kills: list[Killed] = []
    with tempfile.TemporaryDirectory() as folder, simulator(Path(folder)) as (url, log):
        for number in range(rounds):
            ground = Ground(Path(folder) / f"round-{number}", url, pictures=not short)
            round_ = _Round(ground, log, dice, share=(number + dice.random()) / rounds)
            try:
                (_Round.once if short else _KINDS[number % len(_KINDS)])(round_)
                if not short or number == rounds - 1:
                    ground.replay(log)
            except Broken as error:
                print(f"round {number + 1}: {round_}\nBROKEN: {error}")
                return 1
            print(f"round {number + 1}: {round_}", flush=True)
            kills += round_.kills
    _sum_up(kills, rounds, seed)
    return 0


def _sum_up(kills: list[Killed], rounds: int, seed: int) -> None:
    under_way = [kill for kill in kills if not kill.ended and not kill.compacting]
    compacting = sum(kill.compacting for kill in kills)
    spread = " ".join(f"{k.kept}/{k.asked}" for k in sorted(under_way, key=lambda k: k.kept))
    dead = sum(kill.answered - kill.kept for kill in kills)
    print(f"kept/asked at the kills while answers came: {spread}")
    print(
        f"{rounds} rounds (seed {seed}), {len(kills)} kills: {len(under_way)} while answers came, "
        f"{compacting} in compaction, {len(kills) - compacting - len(under_way)} after the end; "
        f"{sum(k.kept for k in kills)} answers were kept and none of them lost, changed or asked "
        f"for again; {dead} had been sent while their asker was dying"
    )


class _Round:
    """One workspace, whose recording is killed and resumed."""

    def __init__(self, ground: Ground, log: Log, dice: random.Random, *, share: float) -> None:
        self.kills: list[Killed] = []
        self.words = ""
        self._ground = ground
        self._log = log
        self._dice = dice
        self._share = share

    def __str__(self) -> str:
        return self.words + "; ".join(map(str, self.kills))

    def soon(self) -> Moment:
        """Choose a moment from the first request to a bit after the end."""
        after = round(self._share * self._ground.wanted)
        late = 0.5 if after == self._ground.wanted else 0.08
        return Moment(after=after, delay=self._dice.uniform(0.0, late))

    def later(self) -> Moment:
        """Choose a moment in the compaction at the end, or at the start of a resumed run."""
        return Moment(after=None, delay=self._dice.uniform(0.0, 0.004))

    def kill(self, moment: Moment, *, live: str = "missing") -> None:
        """Start a recording, kill it, and hold what it left against the log."""
        held, since, files = self._ground.held(), self._log.mark(), self._ground.compacted()
        with self._ground.start(self._ground.recording(live)) as process:

            def reached() -> bool:
                if moment.after is None:
                    return self._ground.compacted() != files
                if not self._log.count("asked", since):
                    return False
                return self._log.count("answered", since) >= moment.after

            awaited(lambda: process.poll() is not None or reached())
            time.sleep(moment.delay)
            ended = process.poll() is not None
            process.kill()
            _, complaint = process.communicate()
        self._log.settle()
        insist(not ended or process.returncode == 0, f"the recording failed: {complaint}")
        self._note(moment, held, since, ended=ended)
        if live == "missing":
            unchanged(held, self._ground.held())

    def _note(self, moment: Moment, before: Held, since: int, *, ended: bool) -> None:
        files, held = looked_at(self._ground.store), self._ground.held()
        fresh = [answer for place, answer in held.items() if before.get(place) != answer]
        killed = Killed(
            moment=moment,
            ended=ended,
            compacting=moment.after is None and self._ground.journal_left,
            asked=self._log.count("asked", since),
            answered=self._log.count("answered", since),
            kept=len(fresh),
            left=str(files),
        )
        self.kills.append(killed)
        insist(before.keys() <= held.keys(), "an answer that was recorded is gone")
        genuine(held, self._log)
        self._log.bounded(self._ground.jobs, since)
        lost = killed.asked - killed.kept
        most = 0 if ended else threads_of(self._ground.jobs)
        insist(lost <= most, f"{lost} are lost: {most} were in flight or being written down")

    def once(self) -> None:
        """Kill while answers come, and resume."""
        self.kill(self.soon())
        unchanged(*resume(self._ground, self._log))

    def twice(self) -> None:
        """Kill, kill the resumed run too, and resume that."""
        self.kill(self.soon())
        self._share = self._dice.random() * (1 - self._share)
        self.kill(self.soon())
        unchanged(*resume(self._ground, self._log))

    def compacting(self) -> None:
        """Kill in compaction: at the end, and at the start of the resumed run."""
        self.kill(self.later())
        self.kill(self.later())
        unchanged(*resume(self._ground, self._log))

    def all_anew(self) -> None:
        """Kill a run that records all anew: nothing of before is lost, nor of it."""
        self.words = "all anew: "
        self._ground.run(self._ground.recording())
        known = set(self._ground.held().values())
        self.kill(self.soon(), live="all")
        known |= set(self._ground.held().values())
        live = self._dice.choice(("missing", "all"))
        before, after = resume(self._ground, self._log, live=live)
        if live == "missing":
            unchanged(_first_turns(before), _first_turns(after))
        kept = {*self._ground.held().values(), *self._ground.replaced()}
        insist(known <= kept, f"{len(known - kept)} answers are neither recorded nor kept aside")


_KINDS = (_Round.once, _Round.twice, _Round.all_anew, _Round.compacting)


def _first_turns(held: Held) -> Held:
    """Leave out turns whose conversation was recorded anew before them: they are stale."""
    return {place: answer for place, answer in held.items() if not place[1].turn}
