"""Fetch the libraries of the pages, as the lockfile has them, and lay them where they are used.

Run by hand after a change to tools/vendor/package.json: `python tools/vendor.py`. It needs npm.
npm refuses a package whose sha512 is not the lockfile's; nothing of a package is run. The
files are copied as they are, with the licence of each library and of what it holds of others.
A page from a folder can import no module, so only classic scripts will do.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HERE = ROOT / "tools" / "vendor"
PAGES = ROOT / "harness" / "report" / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"
DOCUMENTS = ROOT / "docs" / "vendor"
TOOLS_ONLY = frozenset({"commander", "iconv-lite", "rw", "safer-buffer", "yargs"})
"""Packages that the command lines of others need; no page holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """What is taken of a package.

    Attributes:
        package: Its name in the registry.
        script: The classic script in it.
        into: The folder that it is copied into.
        holds: The script holds what the package depends on.
    """

    package: str
    script: str
    into: Path = PAGES
    holds: bool = True

    @property
    def name(self) -> str:
        """The package's name, as a file can have it."""
        return self.package.removeprefix("@").replace("/", "-")


TAKEN = (
    Take(package="@alpinejs/csp", script="dist/cdn.min.js"),
    Take(package="openseadragon", script="build/openseadragon/openseadragon.min.js"),
    Take(package="vega", script="build/vega.min.js"),
    # the last with a classic script: later ones are modules only
    Take(package="vega-interpreter", script="build/vega-interpreter.min.js", holds=False),
    Take(package="vega-lite", script="build/vega-lite.min.js"),
    Take(package="axe-core", script="axe.min.js", into=TESTS),
    # lets the site's search work from a folder
    Take(package="iframe-worker", script="shim/index.js", into=DOCUMENTS),
)


def main() -> None:
    """Install what the lockfile pins beside, and copy from there."""
    with tempfile.TemporaryDirectory() as beside:
        installed = install(Path(beside))
        for folder in (PAGES, TESTS, DOCUMENTS):
            takes = [take for take in TAKEN if take.into == folder]
            lay(takes, installed / "node_modules", folder)


def install(folder: Path) -> Path:
    """Have npm install the lockfile's packages into `folder`; it holds each to its sha512."""
    for name in ("package.json", "package-lock.json"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    weak = [path for path, entry in packages().items() if path and not strong(entry)]
    if weak:
        sys.exit(f"tools/vendor/package-lock.json: without a sha512: {', '.join(weak)}")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True)
    return folder


def packages() -> dict[str, dict[str, object]]:
    """Give the lockfile's packages by where they are installed."""
    lock = json.loads((HERE / "package-lock.json").read_bytes())
    found: dict[str, dict[str, object]] = lock["packages"]
    return found


def strong(entry: dict[str, object]) -> bool:
    """Tell whether npm can hold a package to its bytes."""
    return str(entry.get("integrity", "")).startswith("sha512-")


def lay(takes: list[Take], installed: Path, folder: Path) -> None:
    """Copy scripts and licences into an emptied folder, and say in vendor.json what they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    entries = [laid(take, installed, folder) for take in takes]
    text = json.dumps(entries, indent=1) + "\n"
    (folder / "vendor.json").write_text(text, encoding="utf-8")


def laid(take: Take, installed: Path, folder: Path) -> dict[str, str]:
    """Copy one script and its licence; give its entry."""
    about = described(take.package, installed)
    version = str(about["version"])
    script = (installed / take.package / take.script).read_bytes()
    licence = licences(take, installed).encode()
    file = f"{take.name}-{version}.js"
    text = f"{take.name}-{version}.licence.txt"
    (folder / file).write_bytes(script)
    (folder / text).write_bytes(licence)
    return {
        "name": take.name,
        "version": version,
        "licence": str(about["license"]),
        "file": file,
        "sha256": hashlib.sha256(script).hexdigest(),
        "text": text,
        "text_sha256": hashlib.sha256(licence).hexdigest(),
        "source": f"{source(take.package, version)}#{take.script}",
    }


def described(package: str, installed: Path) -> dict[str, object]:
    """Read what a package says of itself."""
    found: dict[str, object] = json.loads((installed / package / "package.json").read_bytes())
    return found


def source(package: str, version: str) -> str:
    """Name a package as other tools read it (a package URL)."""
    return f"pkg:npm/{package.replace('@', '%40')}@{version}"


def licences(take: Take, installed: Path) -> str:
    """Give the licence of a package, and those of what its script holds; each text once."""
    held = list(within(take.package, installed)) if take.holds else []
    by_text: dict[str, list[str]] = {}
    for package in (take.package, *sorted(set(held) - {take.package})):
        about = described(package, installed)
        title = f"{package} {about['version']} ({about['license']})"
        by_text.setdefault(licence(package, installed), []).append(title)
    return "\n".join("\n".join((*titles, "", text, "")) for text, titles in by_text.items())


def within(package: str, installed: Path) -> Iterator[str]:
    """Name what a package depends on, and what that depends on."""
    needs = described(package, installed).get("dependencies", {})
    for name in set(needs) - TOOLS_ONLY if isinstance(needs, dict) else ():
        if not name.startswith("@types/"):
            yield name
            yield from within(name, installed)


def licence(package: str, installed: Path) -> str:
    """Read a package's licence; what a package forgot lies in tools/vendor/licences/."""
    kept = HERE / "licences" / f"{package.removeprefix('@').replace('/', '-')}.txt"
    found = sorted((installed / package).glob("LICEN[CS]E*"), key=lambda path: path.name)
    if not found and not kept.exists():
        sys.exit(f"{package}: it has no licence text; write it to {kept}")
    texts = [path.read_text(encoding="utf-8").strip() for path in found or [kept]]
    return "\n\n".join(texts)


if __name__ == "__main__":
    main()
