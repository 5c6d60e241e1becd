"""Looks of a suite: which pictures are needed, from where, and by whom they are measured."""

import hashlib
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from harness.evaluate.baseline import pin
from harness.evaluate.looks import looked, versions_of
from harness.judging.decided import decided_of
from harness.judging.opinions import opinions
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision, DecisionSet, Epoch
from harness.model.blob import BlobRef
from harness.model.checks import Checks, Consistency, Rate
from harness.model.features import Features
from harness.model.generation import Generation
from harness.model.reference import Reference
from harness.model.request import Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Suite, Turn, Variant
from harness.model.verdict import Status
from harness.settings import EmbedderSettings, Settings

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")
RED, ORANGE, BLUE = (200, 40, 40), (215, 110, 40), (40, 60, 200)


def disc(colour, seed):
    """Paint a disc of a colour somewhere on a ground of its own."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:96, :96]
    left, top = rng.integers(40, 56, 2)
    inside = (x - left) ** 2 + (y - top) ** 2 < 24**2
    picture = np.where(inside[..., None], colour, rng.integers(0, 256, 3)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def suite(workspace):
    """Give `suite(name=colour)`: a case each, whose character is shown by one reference."""

    def made(measure="look", **characters):
        folder = workspace.root / "suites"
        folder.mkdir(exist_ok=True)
        variants = []
        for name, colour in characters.items():
            data = disc(colour, 99)
            (folder / f"{name}.png").write_bytes(data)
            shown = Reference(path=f"{name}.png", blob=BlobRef.of(data), mime_type="image/png")
            rate = Rate(bad=0, of=1)
            check = Consistency(name=name, references=(shown,), measure=measure, max_bad=rate)
            turn = Turn(prompt=name, checks=Checks(consistency=(check,)))
            variants.append(
                Variant(suite="s", case=name, label="", model=ARM.model, turns=(turn,), samples=2)
            )
        path = folder / "s.yaml"
        return Suite(id="s", path=path, title="", variants=tuple(variants))

    return made


@pytest.fixture
def drawn(workspace):
    """Give `drawn(name, *colours)`: samples of a case, with discs of these colours."""

    def made(name, *colours):
        found = []
        for number, colour in enumerate(colours):
            ref = workspace.blobs.put(disc(colour, number))
            part = Part(picture=ref, mime_type="image/png")
            sample = Sample(
                key=SampleKey(case=name, variant="", sample=number),
                variant_id=name,
                cell=name,
                arm=ARM,
                prompt=name,
                standing=Standing.RECORDED,
                generation=Generation(parts=(part,), finish_reason="STOP"),
            )
            found.append(sample)
        return tuple(found)

    return made


def accepting(workspace, cell, *seeds):
    """Accept red discs that were drawn before."""
    made = tuple(
        Decision(
            key=SampleKey(case=cell, variant="", sample=seed),
            cell=cell,
            arm=ARM,
            sha256=workspace.blobs.put(disc(RED, seed)).sha256,
            choice=Choice.ACCEPT,
        )
        for seed in seeds
    )
    told = {"run": "", "by": "", "at": "", "why": "", "accepted_before": "", "unseen": False}
    return decided_of((DecisionSet(id="d", suite="s", decisions=made, **told),))


def features(found):
    return Features(looks=found.looks, characters=found.characters, controls=found.controls)


def test_a_suite_without_the_check_measures_nothing(workspace, suite):
    """Nor are distractors read."""
    bare = replace(suite(), variants=())

    found = looked(bare, {}, workspace, decided=decided_of(()))

    assert (found.looks, found.characters, found.controls) == ((), (), ())


def test_a_changed_character_is_found_and_a_kept_one_passes(workspace, suite, drawn):
    """From references, blobs and decisions to findings: blue instead of red fails."""
    asked = suite(fox=RED, owl=ORANGE)
    samples = {"fox": drawn("fox", RED, BLUE), "owl": drawn("owl", ORANGE)}
    decided = accepting(workspace, "fox", 11, 12, 13)

    found = features(looked(asked, samples, workspace, decided=decided))
    findings = list(opinions(asked.variants[0], samples["fox"], found))

    assert [f.sample for f in findings if f.status is Status.FAIL] == [1, None]
    assert found.controls == ()


def test_a_lonely_character_is_held_against_the_distractors(workspace, suite, drawn):
    """They are measured with it."""
    samples = {"fox": drawn("fox", RED)}

    found = looked(suite(fox=RED), samples, workspace, decided=decided_of(()))

    assert len(found.controls) >= 6
    assert set(found.controls) <= set(found.looks[0].names)


def test_an_accepted_picture_that_is_not_here_is_told(workspace, suite, drawn):
    """Its bytes may lie in another clone."""
    decided = accepting(workspace, "fox", 11)
    ((_, sha256),) = decided.choices
    workspace.blobs.path(sha256).unlink()

    found = looked(suite(fox=RED), {"fox": drawn("fox", RED)}, workspace, decided=decided)

    assert found.looks[0].unmeasurable == {sha256: "its bytes are not here"}


def pinned(workspace, asked, **measures):
    told = {"recording": "main", "sessions": (), "by": "", "at": "", "why": "", "simulated": True}
    epoch = Epoch(id="epoch-1", suite="s", samples=(), measures=measures, **told)
    workspace.baselines(asked).add(epoch)


def test_what_another_version_was_pinned_with_is_refused(workspace, suite, drawn):
    """The baseline says which; the finding says what to do."""
    asked, samples = suite(fox=RED), {"fox": drawn("fox", RED)}
    pinned(workspace, asked, look="look wlab/0")

    found = features(looked(asked, samples, workspace, decided=decided_of(())))
    (finding,) = opinions(asked.variants[0], samples["fox"], found)

    assert finding.status is Status.ERROR
    assert (
        "measured by look wlab/1, and the baseline was pinned with look wlab/0" in finding.message
    )


def test_the_versions_to_pin_are_those_in_force(workspace, suite):
    """Of what can be had; an epoch keeps them, and an older one has none."""
    asked = suite(fox=RED)
    pinned(workspace, asked, **versions_of(asked, workspace))

    assert workspace.baselines(asked).epochs()[-1].measures == {"look": "look wlab/1"}
    assert versions_of(suite("dino", fox=RED), workspace) == {}


def test_pinning_writes_the_versions_and_pins_anew_where_they_differ(workspace, imported):
    """The same answers by another measure are another epoch; by the same one they are not."""
    bare = imported("fox")
    shown = Reference(path="fox.png", blob=BlobRef.of(b"fox"), mime_type="image/png")
    check = Consistency(name="fox", references=(shown,), max_bad=Rate(bad=0, of=1))
    (variant,) = bare.variants
    turn = replace(variant.turns[0], checks=Checks(consistency=(check,)))
    asked = replace(bare, variants=(replace(variant, turns=(turn,)),))

    (before,) = pin((bare,), workspace, by="me", why="")
    (after,) = pin((asked,), workspace, by="me", why="")
    (again,) = pin((asked,), workspace, by="me", why="")

    assert before.measures == {}
    assert after.measures == {"look": "look wlab/1"}
    assert before.id != after.id == again.id


def test_a_network_of_the_settings_is_found_from_the_root(workspace, suite, drawn):
    """Its sha256 is in the version."""
    onnx = pytest.importorskip("onnx", reason="the dev group is not installed")
    pytest.importorskip("onnxruntime", reason="the [onnx] extra is not installed")
    data = _network(onnx)
    (workspace.root / "tiny.onnx").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    said = EmbedderSettings(path="tiny.onnx", size=8, sha256=digest)
    with_network = replace(workspace, settings=Settings(embedders={"tiny": said}))

    asked = suite("tiny", fox=RED)
    found = looked(asked, {"fox": drawn("fox", RED)}, with_network, decided=decided_of(()))

    assert found.looks[0].unavailable == ""
    assert digest in found.looks[0].version


def _network(onnx):
    floats, helper = onnx.TensorProto.FLOAT, onnx.helper
    given = helper.make_tensor_value_info("pixels", floats, [1, 3, 8, 8])
    out = helper.make_tensor_value_info("mean", floats, [1, 3, 1, 1])
    node = helper.make_node("GlobalAveragePool", ["pixels"], ["mean"])
    graph = helper.make_graph([node], "tiny", [given], [out])
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=9).SerializeToString()
