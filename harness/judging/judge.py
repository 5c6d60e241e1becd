"""Judge a variant's samples: gather every finding into one verdict."""

from collections.abc import Iterator, Mapping
from itertools import chain

from harness.catalogue import Catalogue
from harness.judging.changes import delivery_changes
from harness.judging.consistency import characters
from harness.judging.contract import contract
from harness.judging.costs import about
from harness.judging.decided import Decided, same_again
from harness.judging.duplicates import cached_answers, near_duplicates
from harness.judging.limits import limits
from harness.judging.opinions import opinions
from harness.judging.tokens import tokens
from harness.model.features import Features
from harness.model.picture import Measures
from harness.model.sample import Sample, Standing
from harness.model.suite import Variant
from harness.model.verdict import Finding, Status, Verdict

NO_FEATURES = Features()


def judge(  # what is held against each other, named
    variant: Variant,
    samples: tuple[Sample, ...],
    *,
    measures: Mapping[str, Measures],
    decided: Decided,
    catalogue: Catalogue,
    features: Features = NO_FEATURES,
) -> Verdict:
    """Hold the samples against the contract, the suite's checks and the decisions.

    Args:
        variant: What was asked.
        samples: By sample, then turn.
        measures: Of every picture that is needed, by sha256.
        decided: The decisions in force.
        catalogue: Pixels and sizes of the models.
        features: What the suite's checks need beside each picture's own measures.
    """
    single = chain.from_iterable(
        _on_sample(variant, sample, measures=measures, decided=decided, catalogue=catalogue)
        for sample in samples
    )
    together = chain(_on_variant(variant, samples, measures), opinions(variant, samples, features))
    return Verdict(findings=(*single, *together))


def _on_sample(
    variant: Variant,
    sample: Sample,
    *,
    measures: Mapping[str, Measures],
    decided: Decided,
    catalogue: Catalogue,
) -> Iterator[Finding]:
    turn = variant.turns[sample.key.turn]
    if sample.failure is not None:
        yield _note(sample, "answered", Status.ERROR, sample.failure.message)
    elif sample.standing is not Standing.RECORDED or sample.generation is None:
        said = f"{sample.standing}: {sample.why}{about(sample.expected_usd)}"
        yield _note(sample, "recorded", Status.UNRECORDED, said)
    else:
        yield from contract(sample, turn, measures=measures, catalogue=catalogue)
        yield from tokens(sample, turn, measures=measures, catalogue=catalogue)
        yield from limits(sample, turn)
        yield from same_again(sample, decided, measures)


def _on_variant(
    variant: Variant, samples: tuple[Sample, ...], measures: Mapping[str, Measures]
) -> Iterator[Finding]:
    for number, turn in enumerate(variant.turns):
        own = tuple(sample for sample in samples if sample.key.turn == number)
        yield from cached_answers(own)
        yield from near_duplicates(own, turn, measures=measures)


def _note(sample: Sample, check: str, status: Status, message: str) -> Finding:
    return Finding(
        check=check,
        status=status,
        message=message,
        sample=sample.key.sample,
        turn=sample.key.turn,
    )


def on_suite(
    samples: Mapping[str, tuple[Sample, ...]],
    *,
    measures: Mapping[str, Measures],
    catalogue: Catalogue,
    features: Features = NO_FEATURES,
) -> Iterator[Finding]:
    """Judge a suite as a whole: pictures that came twice, characters, a delivery that changed.

    Args:
        samples: By the variant's id for people.
        measures: Of their pictures, by sha256.
        catalogue: Knows which model ids are names of one model.
        features: What the suite's checks need beside each picture's own measures.
    """
    yield from repeated_pictures(samples)
    yield from characters(features)
    everything = chain.from_iterable(samples.values())
    yield from delivery_changes(everything, measures=measures, catalogue=catalogue)


def repeated_pictures(samples: Mapping[str, tuple[Sample, ...]]) -> Iterator[Finding]:
    """Find pictures that are byte-equal across variants of a suite.

    Args:
        samples: By the variant's id for people.

    Yields:
        One finding a picture that more than one variant was answered with, in the order in which
        the pictures came first.
    """
    seen: dict[str, list[str]] = {}
    for variant, obtained in samples.items():
        for sha256 in dict.fromkeys(sample.picture for sample in obtained if sample.picture):
            seen.setdefault(sha256, []).append(variant)
    for sha256, variants in seen.items():
        if len(variants) > 1:
            yield Finding(
                check="fresh",
                status=Status.FAIL,
                message=f"{', '.join(variants)} were answered with the same bytes "
                f"({sha256[:8]}): answered from a cache, not generated",
            )
