"""Hold the answers to a changed question against those to the older one, paired by case.

Here the cells differ by intention, so the pictures may look as different as they like: what
is held is whether the answers do their task as well as before (DESIGN law 8).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.judging.criteria import broken_checks, values_of
from harness.judging.rewording import rewording, settings_changed
from harness.judging.rulings import Held, rulings
from harness.model.features import Features
from harness.model.regression import (
    CONTRACT,
    PRICE,
    Asked,
    Broken,
    Criterion,
    Margins,
    Questioned,
    Regression,
)
from harness.model.run import Judged
from harness.model.sample import Sample
from harness.stats.worsening import Stratum


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One case, asked in two ways.

    Attributes:
        old: Its answers to the older question, judged by the suite's checks of today but
            for the contract, which is what was asked then.
        new: Its answers to the new one.
        turn: 0-based turn that is held.
    """

    old: Judged
    new: Judged
    turn: int

    def samples(self, side: Judged) -> tuple[Sample, ...]:
        """Give the answers of a side, errors and what is not recorded left out."""
        return tuple(
            s for s in side.samples if s.key.turn == self.turn and s.generation is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Valued:
    """A pair with the values of its answers, a criterion each."""

    pair: Pair
    old: Mapping[str, Mapping[int, float]]
    new: Mapping[str, Mapping[int, float]]

    def stratum(self, name: str) -> Stratum | None:
        """Give the values of one criterion; None where a side has none."""
        old, new = (tuple(v.get(name, {}).values()) for v in (self.old, self.new))
        return Stratum(old=old, new=new) if old and new else None

    @property
    def criteria(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.new, *self.old)))


def regression(  # two sides and their terms, named
    suite: str,
    pairs: Sequence[Pair],
    *,
    names: tuple[str, str],
    features: Features,
    margins: Margins,
    left_out: Sequence[str] = (),
) -> Regression:
    """Hold the new answers against the older ones.

    Args:
        suite: Id of the suite.
        pairs: Cases that were asked otherwise; variants are `criteria.strict`.
        names: Of the older side and the new one.
        features: What the checks were held against, of both sides in one.
        margins: How much worse still counts as no worse.
        left_out: What could not be paired, a sentence each.
    """
    valued = [_valued(pair, features) for pair in pairs]
    strata = {name: _strata(valued, name) for name in _criteria(valued)}
    held = [_held(name, found) for name, found in strata.items() if found]
    sides = (
        _side(names[0], [s for pair in pairs for s in pair.samples(pair.old)]),
        _side(names[1], [s for pair in pairs for s in pair.samples(pair.new)]),
    )
    criteria = sorted(
        rulings([each for each in held if each.strata], margins),
        key=lambda criterion: -criterion.ruling.severity,
    )
    return Regression(
        suite=suite,
        sides=sides,
        cases=tuple(sorted(map(_asked, valued), key=_better)),
        criteria=tuple(criteria),
        broken=tuple(_broken(pairs)),
        notes=(*_notes(sides), *_on_limits(criteria)),
        left_out=(*left_out, *(_unheld(name) for name, found in strata.items() if not found)),
    )


def _valued(pair: Pair, features: Features) -> _Valued:
    return _Valued(
        pair=pair,
        old=values_of(pair.old, features, turn=pair.turn),
        new=values_of(pair.new, features, turn=pair.turn),
    )


def _criteria(valued: Sequence[_Valued]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in valued for name in each.criteria))


def _strata(valued: Sequence[_Valued], name: str) -> tuple[Stratum, ...]:
    """Give a stratum a variant, in which each conversation has one value.

    What an edit does to the first turn it does to those after it: were each turn a case of its
    own, one bad conversation of five turns would count as five bad answers.
    """
    variants: dict[str, list[_Valued]] = {}
    for each in valued:
        if each.stratum(name) is not None:
            variants.setdefault(each.pair.new.variant.id, []).append(each)
    return tuple(
        Stratum(
            old=_over_turns([turn.old[name] for turn in turns]),
            new=_over_turns([turn.new[name] for turn in turns]),
        )
        for turns in variants.values()
    )


def _over_turns(turns: Sequence[Mapping[int, float]]) -> tuple[float, ...]:
    """Give the mean over the turns of each conversation, in their order."""
    numbers = sorted({number for turn in turns for number in turn})
    return tuple(_mean(turn[n] for turn in turns if n in turn) for n in numbers)


def _held(name: str, strata: Sequence[Stratum]) -> Held:
    """Take prices as shares of the older mean price of their case."""
    old, new = _mean(v for s in strata for v in s.old), _mean(v for s in strata for v in s.new)
    if name == PRICE:
        strata = [_relative(stratum) for stratum in strata if _mean(stratum.old) > 0]
    return Held(name=name, strata=tuple(strata), old=old, new=new)


def _relative(stratum: Stratum) -> Stratum:
    usual = _mean(stratum.old)
    return Stratum(
        old=tuple(value / usual for value in stratum.old),
        new=tuple(value / usual for value in stratum.new),
    )


def _mean(values: Iterable[float]) -> float:
    known = tuple(values)
    return sum(known) / len(known)


def _asked(each: _Valued) -> Asked:
    pair = each.pair
    old, new = pair.old.variant.turns[pair.turn], pair.new.variant.turns[pair.turn]
    means = {
        name: (_mean(stratum.old), _mean(stratum.new))
        for name in each.criteria
        if (stratum := each.stratum(name)) is not None
    }
    samples = (pair.samples(pair.old), pair.samples(pair.new))
    return Asked(
        variant=pair.new.variant.id,
        turn=pair.turn,
        prompts=(old.prompt, new.prompt),
        words=rewording(old.prompt, new.prompt),
        settings=settings_changed(old, new),
        answers=(len(samples[0]), len(samples[1])),
        pictures=(_pictures(samples[0]), _pictures(samples[1])),
        figures=means,
    )


def _better(case: Asked) -> float:
    """Order cases: whichever got worse the most, by any criterion but the price, stands first."""
    worse = [new - old for name, (old, new) in case.figures.items() if name != PRICE]
    return -max(worse, default=0.0)


def _pictures(samples: Sequence[Sample]) -> tuple[str, ...]:
    return tuple(sample.picture for sample in samples if sample.picture)


def _side(name: str, samples: Sequence[Sample]) -> Questioned:
    receipts = [sample.receipt for sample in samples if sample.receipt is not None]
    times = sorted(receipt.recorded_at for receipt in receipts if receipt.recorded_at)
    return Questioned(
        name=name,
        arms=tuple(sorted({sample.arm.name for sample in samples})),
        answers=len(samples),
        recorded_from=times[0] if times else "",
        recorded_to=times[-1] if times else "",
        simulated=any(receipt.simulated for receipt in receipts),
    )


def _broken(pairs: Sequence[Pair]) -> Iterator[Broken]:
    """Find the contract checks that fail now, and failed nowhere under the older questions."""
    before = [failed for p in pairs for failed in broken_checks(p.old, turn=p.turn).values()]
    now = [
        (pair.new.variant.id, failed)
        for pair in pairs
        for failed in broken_checks(pair.new, turn=pair.turn).values()
    ]
    known = frozenset[str]().union(*before)
    for check in sorted(frozenset[str]().union(*(failed for _, failed in now)) - known):
        where = [variant for variant, failed in now if check in failed]
        if before:
            yield Broken(
                check=check,
                failed=len(where),
                answers=len(now),
                before=len(before),
                variants=tuple(dict.fromkeys(where)),
            )


def _notes(sides: tuple[Questioned, Questioned]) -> Iterator[str]:
    old, new = sides
    if old.arms != new.arms:
        yield (
            f"the older question was put to {', '.join(old.arms)} and the new one to "
            f"{', '.join(new.arms)}: what moved may come of either change"
        )
    if old.recorded_to[:10] != new.recorded_from[:10] and old.recorded_to and new.recorded_from:
        yield (
            f"the older answers are of {old.recorded_to[:10]}, the new ones of "
            f"{new.recorded_from[:10]}: what else changed in between moved with the question"
        )


def _on_limits(criteria: Sequence[Criterion]) -> Iterator[str]:
    """Say which criterion is not even-handed."""
    if any(criterion.name.startswith("consistency") for criterion in criteria):
        yield (
            "consistency: its limits come from accepted pictures; an older answer that was "
            "accepted cannot lie beyond them, a new one can"
        )


def _unheld(name: str) -> str:
    if name.startswith("consistency"):
        return f"{name}: not held: no limit is set yet (harness approve), or it cannot tell"
    if name == "ask":
        return (
            "ask: not held: pictures of a side were never asked about; harness run asks about the "
            "pictures of today's question only"
        )
    if name in (CONTRACT, PRICE):
        return f"{name}: not held: not known of both sides"
    return f"{name}: not held: not measured on both sides"
