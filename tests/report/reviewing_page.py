"""A tiny page of review.html's deciding half: its panel, its scripts, painted squares."""

import base64
import io
import shutil
from pathlib import Path

from PIL import Image

from harness.model.review import REASONS
from harness.report.assets import STATIC
from harness.report.packing import script
from harness.report.render import template

RUN = "20261126T090000Z-1a2b"
DIGEST = "d1" * 32
SCRIPTS = (
    "store", "keys", "viewer_pictures", "sheet", "panel",
    "written", "saver", "served", "blind", "rounds", "markdown",
)  # fmt: skip
COPIED = (*(f"{name}.js" for name in SCRIPTS), "review.css", "panel.css")
LOADED = ("data.js", "plan.js", "saver.js", *(f"review/{name}.js" for name in SCRIPTS), "start.js")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'none'"
)
SHELL = """<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>Review</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="review/review.css"><link rel="stylesheet" href="review/panel.css">
<body class="ready"><header id="top"></header><main id="stage"></main><nav id="strip"></nav>
<aside id="panel">{panel}</aside><p id="message" role="status"></p>
{scripts}
"""
START = "Harness.viewer = { retell() {} }; Harness.store.go(0);"


def sha(number):
    return f"{number:064x}"


def picture(number):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (40 * number % 256, 90, 120)).save(out, "PNG")
    href = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    return {"w": 8, "h": 8, "made": "8x8 PNG", "thumb": href, "preview": href}


def sheet(number, *, samples=1, status="FAIL", baseline=True, case=""):
    """Give a sheet of `samples` pictures, numbered from ten times its number on."""
    case = case or f"case-{number}"
    rows = [
        {"n": n, "sha": sha(10 * number + n), "status": status, "pill": "not decided"}
        for n in range(samples)
    ]
    told = {
        "id": f"shop/{case}[1K]", "suite": "shop", "case": case, "variant": "1K", "turn": 0,
        "turns": 1, "cell": f"{number:02x}" * 32, "arm": {"model": "m", "endpoint": "e"},
        "status": status, "before": f"{number:02x}" * 32, "samples": rows,
    }  # fmt: skip
    beside = {"kind": "reference sample", "pictures": [sha(9)]}
    return told | ({"baseline": beside} if baseline else {})


def write_page(folder: Path, sheets, *, plan=None) -> Path:
    """Write the page into `folder`."""
    names = {row["sha"] for item in sheets for row in item["samples"] if "sha" in row} | {sha(9)}
    data = {
        "run": RUN, "digest": DIGEST, "tool": "1.0", "simulated": False,
        "icons": {"FAIL": "✖", "PASS": "✔"}, "items": sheets,
        "pictures": {name: picture(int(name, 16)) for name in names},
    }  # fmt: skip
    (folder / "data.js").write_bytes(script("__REPORT__", data))
    (folder / "plan.js").write_bytes(script("__PLAN__", plan) if plan else b"")
    (folder / "saver.js").write_bytes(b"")
    (folder / "start.js").write_text(START, encoding="utf-8")
    (folder / "review").mkdir(exist_ok=True)
    for name in COPIED if not (folder / "review" / COPIED[0]).exists() else ():
        shutil.copyfile(STATIC / "review" / name, folder / "review" / name)
    panel = template("review_panel.html.jinja", tell=str).render(reasons=REASONS)
    scripts = "\n".join(f'<script src="{src}"></script>' for src in LOADED)
    page = folder / "review.html"
    html = SHELL.format(policy=POLICY, panel=panel, scripts=scripts)
    page.write_text(html, encoding="utf-8")
    return page
