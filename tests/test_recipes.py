"""The recipes for CI: no job that holds a secret, or may write, checks out a fork's code.

Read are the workflows and the action that ship, and every snippet of YAML in the documents.
"""

import json
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
CI = ROOT / "harness" / "evaluate" / "starter" / "ci"
RECIPES = [ROOT / "action.yml", *sorted(CI.glob("*.yml"))]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

SECRET = re.compile(r"\bsecrets\b(?!\.GITHUB_TOKEN)")
FETCHES = re.compile(r"\bgit\s+(clone|fetch|pull|checkout)\b|\bgh\s+(pr\s+checkout|repo\s+clone)\b")
OWN = {"schedule", "push", "workflow_dispatch"}
"""Events that run what people have pushed who may: a fork has no part in them."""
SAME = "github.event.pull_request.head.repo.full_name == github.repository"
LABEL = "github.event.label.name == 'record'"
BRANCH_S = re.compile(r"\bpython3? (?!-I )")
"""Python that begins in the folder of what was checked out, and takes modules from there."""
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
VARIABLES = {"GEMINI_API_KEY", "GOOGLE_API_KEY", "RECORD_TOKEN", "AWS_SECRET_ACCESS_KEY"}
"""Variables of a project that hold a secret, as GitLab's recipe names them."""


def read(text):
    """Read YAML by the library in C, which is ten times as fast."""
    return yaml.load(text, Loader=yaml.CSafeLoader)


def triggers(workflow):
    """Name the events of a workflow; YAML 1.1 reads `on` as true."""
    on = workflow.get("on", workflow.get(True, {}))
    return set([on] if isinstance(on, str) else on)


def writes(workflow, job):
    """Tell whether a job's token may write: where nothing is said, it may."""
    said = job.get("permissions", workflow.get("permissions", "write-all"))
    return said == "write-all" or (isinstance(said, dict) and "write" in said.values())


def checks_out(job):
    """Tell whether a job brings code here."""
    steps = job.get("steps", ())
    return any(
        str(step.get("uses", "")).startswith("actions/checkout") or FETCHES.search(str(step))
        for step in steps
    )


def faults(workflow):
    """Say what is unsafe in a workflow of GitHub's, or in a composite action."""
    found = []
    events = triggers(workflow)
    if "pull_request_target" in events:
        found.append("pull_request_target runs beside secrets on a fork's word")
    jobs = workflow.get("jobs") or {"action": workflow.get("runs", {})}
    for name, job in jobs.items():
        holds = bool(SECRET.search(json.dumps(job))) or "environment" in job
        trusted = holds or ("jobs" in workflow and writes(workflow, job))
        if trusted and checks_out(job) and not events <= OWN:
            condition = " ".join(str(job.get("if", "")).split())
            if events != {"pull_request"} or {SAME, LABEL} != set(condition.split(" && ")):
                found.append(f"{name}: holds a secret or may write, and checks out anybody's code")
        if "workflow_run" in events and checks_out(job):
            found.append(f"{name}: checks out code behind another workflow")
        if SECRET.search(json.dumps(workflow.get("env", {}))):
            found.append("every job holds the secret")
        found += [f"{name}: {fault}" for step in job.get("steps", ()) for fault in of_step(step)]
        if not events <= OWN and any(map(keeps_token, job.get("steps", ()))):
            found.append(f"{name}: the token stays in .git/config")
    return found


def of_step(step):
    """Say what is unsafe in a step."""
    if "${{" in str(step.get("run", "")):
        yield "an expression stands in a script; hand it over by env"
    if BRANCH_S.search(str(step.get("run", ""))):
        yield "Python looks for modules in the branch's folder first; say python -I"
    if "uses" in step and not PINNED.fullmatch(step["uses"]):
        yield f"{step['uses']} is not pinned by a commit"


def keeps_token(step):
    """Tell whether a checkout leaves its token where later steps read it."""
    is_checkout = str(step.get("uses", "")).startswith("actions/checkout")
    return is_checkout and step.get("with", {}).get("persist-credentials") is not False


def gitlab_faults(recipe):
    """Say what is unsafe in a recipe of GitLab's."""
    for name, job in recipe.items():
        if not isinstance(job, dict) or not VARIABLES & words(job):
            continue
        if "credential.helper" in str(job):
            yield f"{name}: hands its token to any host, e.g. that of a branch's .lfsconfig"
        rules = job.get("rules", [{}])
        if not all('$CI_COMMIT_REF_PROTECTED == "true"' in r.get("if", "") for r in rules):
            yield f"{name}: holds a secret on branches that anybody may push"
        if not all(rule.get("when") == "manual" for rule in rules):
            yield f"{name}: holds a secret, and starts by itself"
        if any("merge_request_event" in rule.get("if", "") for rule in rules):
            yield f"{name}: holds a secret on a merge request"


def words(job):
    spends = {"GEMINI_API_KEY"} if "--live" in str(job) else set()
    return spends | set(re.findall(r"\w+", str(job)))


def snippets():
    """Give every workflow in the documents, by its document and number."""
    for document in DOCUMENTS:
        blocks = re.findall(r"^```ya?ml\n(.*?)^```", document.read_text(), re.M | re.S)
        for number, block in enumerate(blocks):
            if re.search(r"^(jobs|runs):", block, re.M):
                yield pytest.param(read(block), id=f"{document.name}-{number}")


def recipes():
    for path in RECIPES:
        if path.name != "gitlab-ci.yml":
            yield pytest.param(read(path.read_text()), id=path.name)


@pytest.mark.parametrize("workflow", [*recipes(), *snippets()])
def test_no_recipe_hands_a_secret_to_a_fork(workflow):
    """Whoever holds a secret or may write checks out branches of the repository's own alone."""
    assert faults(workflow) == []


def test_gitlab_s_recipe_holds_its_key_on_protected_branches_alone():
    """And only where a person starts it."""
    recipe = read((CI / "gitlab-ci.yml").read_text())

    assert list(gitlab_faults(recipe)) == []
    assert "GEMINI_API_KEY" in words(recipe["harness-record"])


def test_every_workflow_says_what_its_token_may():
    """Permissions of the whole, and one run at a time for what it is about."""
    for path in sorted(CI.glob("github-*.yml")):
        workflow = read(path.read_text())
        assert workflow["permissions"] in ({}, {"contents": "read"}), path
        assert "concurrency" in workflow, path


CHECKOUT = f"actions/checkout@{'a' * 40}"
STEP = {"uses": CHECKOUT, "with": {"persist-credentials": False}}
READS = {"permissions": {"contents": "read"}}
KEY = {"env": {"GEMINI_API_KEY": "${{ secrets.GEMINI_API_KEY }}"}, "run": "harness run"}


@pytest.mark.parametrize(
    "workflow",
    [
        pytest.param(
            {"on": "pull_request_target", **READS, "jobs": {"a": {"steps": [STEP]}}}, id="target"
        ),
        pytest.param(
            {"on": "pull_request", **READS, "jobs": {"a": {"steps": [STEP, KEY]}}}, id="secret"
        ),
        pytest.param(
            {"on": "pull_request", **READS, "env": KEY["env"], "jobs": {"a": {"steps": [STEP]}}},
            id="secret-of-all",
        ),
        pytest.param({"on": "pull_request", "jobs": {"a": {"steps": [STEP]}}}, id="default-token"),
        pytest.param(
            {
                "on": ["pull_request"],
                "permissions": {"contents": "write"},
                "jobs": {"a": {"steps": [{"run": "gh pr checkout 7"}]}},
            },
            id="writes",
        ),
        pytest.param(
            {"on": "pull_request", **READS, "jobs": {"a": {"if": LABEL, "steps": [STEP, KEY]}}},
            id="label-of-a-fork",
        ),
        pytest.param(
            {
                "on": ["pull_request", "issue_comment"],
                **READS,
                "jobs": {"a": {"if": f"{SAME} && {LABEL}", "steps": [STEP, KEY]}},
            },
            id="another-event",
        ),
        pytest.param(
            {
                "on": "pull_request",
                **READS,
                "jobs": {"a": {"if": f"{SAME} || {LABEL}", "steps": [STEP, KEY]}},
            },
            id="either",
        ),
        pytest.param(
            {"on": "workflow_run", **READS, "jobs": {"a": {"steps": [STEP]}}}, id="behind-another"
        ),
        pytest.param(
            {
                "on": "push",
                **READS,
                "jobs": {"a": {"steps": [{"run": "echo ${{ github.head_ref }}"}]}},
            },
            id="expression",
        ),
        pytest.param(
            {"on": "push", **READS, "jobs": {"a": {"steps": [{"uses": "some/action@v1"}]}}},
            id="not-pinned",
        ),
        pytest.param(
            {"on": "pull_request", **READS, "jobs": {"a": {"steps": [{"uses": CHECKOUT}]}}},
            id="token-stays",
        ),
        pytest.param(
            {"on": "push", **READS, "jobs": {"a": {"steps": [{"run": "python -m venv it"}]}}},
            id="modules-of-the-branch",
        ),
    ],
)
def test_what_is_unsafe_is_seen(workflow):
    """The test of the recipes can fail: each of these would."""
    assert faults(workflow) != []


@pytest.mark.parametrize(
    "rule",
    [
        {"if": '$CI_PIPELINE_SOURCE == "merge_request_event"', "when": "manual"},
        {"if": '$CI_COMMIT_REF_PROTECTED == "true"'},
        {"when": "manual"},
    ],
)
def test_what_is_unsafe_in_gitlab_is_seen(rule):
    """A key without a protected branch, or without a person."""
    recipe = {"record": {"script": ["harness run --live missing"], "rules": [rule]}}

    assert list(gitlab_faults(recipe)) != []


def test_a_token_for_every_host_is_seen():
    """Git LFS asks for the credentials of a host that the branch names."""
    recipe = read((CI / "gitlab-ci.yml").read_text())
    (push,) = (line for line in recipe["harness-record"]["script"] if "RECORD_TOKEN" in line)
    job = {**recipe["harness-record"], "script": [push.replace(".$CI_SERVER_URL", "")]}

    assert ["any host" in fault for fault in gitlab_faults({"record": job})] == [True]
