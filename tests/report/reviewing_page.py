"""A tiny page of review.html's deciding half: its panel, its scripts, painted squares."""

import base64
import io
import json
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
SHELL = """<!doctype html><meta charset="utf-8"><title>Review</title>
<link rel="stylesheet" href="{static}/review.css"><link rel="stylesheet" href="{static}/panel.css">
<body class="ready"><header id="top"></header><main id="stage"></main><nav id="strip"></nav>
<aside id="panel">{panel}</aside><p id="message" role="status"></p>
{scripts}
<script>Harness.viewer = {{ retell() {{}} }}; Harness.store.go(0);</script>
"""


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


def write_page(folder: Path, sheets, *, plan=None, saver=None, digest=DIGEST) -> Path:
    """Write the page into `folder`."""
    names = {row["sha"] for item in sheets for row in item["samples"] if "sha" in row} | {sha(9)}
    data = {
        "run": RUN, "digest": digest, "tool": "1.0", "simulated": False,
        "icons": {"FAIL": "✖", "PASS": "✔"}, "items": sheets,
        "pictures": {name: picture(int(name, 16)) for name in names},
    }  # fmt: skip
    told = [script("__REPORT__", data)]
    told += [script("__PLAN__", plan)] if plan else []
    told += [f"window.__SAVER__={json.dumps(saver)};".encode()] if saver else []
    (folder / "data.js").write_bytes(b"\n".join(told))
    static = (STATIC / "review").as_uri()
    panel = template("review_panel.html.jinja", tell=str).render(reasons=REASONS)
    tags = ["data.js", *(f"{static}/{name}.js" for name in SCRIPTS)]
    scripts = "\n".join(f'<script src="{src}"></script>' for src in tags)
    page = folder / "review.html"
    page.write_text(SHELL.format(static=static, panel=panel, scripts=scripts), encoding="utf-8")
    return page
