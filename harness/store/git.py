"""Read what git holds: the JSON files of every ref's tip, of stashes, and of indexes.

Only what is tracked at a tip counts, not its history. Nothing is fetched, and nothing
of the repository is changed.
"""

import contextlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.errors import StoreError
from harness.store.tombstones import FOLDER

MAX_FILE = 256_000_000
"""Bytes of a JSON file that is read from git."""
_MOVING = frozenset(
    {
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    }
)  # fmt: skip
"""What a hook sets, and what would lead to another repository."""
_HALF_DONE = ("HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD")
_ENTRY = re.compile(rb"([0-7]+) ([^\0]+)\0")
_POINTER = re.compile(rb"version https://git-lfs[^\n]*\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")

ReadObject = Callable[[str], tuple[str, bytes]]
"""Gives an object's kind and content by its name."""


def git_above(folder: Path) -> Path | None:
    """Give the nearest folder from `folder` upwards that holds a `.git`."""
    here = Path(os.path.realpath(folder))
    return next((place for place in (here, *here.parents) if (place / ".git").exists()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worktree:
    """A checkout: where it lies, and the commit that it stands on."""

    path: Path
    head: str


class Repository:
    """A git repository, for reading."""

    def __init__(self, top: Path, *, environ: Mapping[str, str]) -> None:
        """Name the repository; nothing is read yet.

        Args:
            top: A folder with a `.git`.
            environ: Where `git` is found; what would lead to another repository is left out.
        """
        self.top = top
        kept = {name: value for name, value in environ.items() if name not in _MOVING}
        still = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
        self._environ = {**kept, **still, "LC_ALL": "C"}

    def json_files(self) -> Iterator[bytes]:
        """Give the content of every JSON file at any tip, each distinct content once.

        A file that is kept in Git LFS is read from the local store of Git LFS.

        Raises:
            StoreError: git is not installed, or something cannot be read.
        """
        worktrees = self._worktrees()
        with self._objects() as read:
            seen = set(trees := self._trees(read, worktrees))
            while trees:
                for name, is_folder, oid in _entries(read(trees.pop())[1]):
                    if oid in seen or not (is_folder or _is_json(name)):
                        continue
                    seen.add(oid)
                    if not is_folder:
                        yield self._content(read, oid)
                    elif name != FOLDER.encode():
                        trees.append(oid)
            for oid in self._staged(worktrees) - seen:
                yield self._content(read, oid)

    def commit_with(self, name: str) -> str:
        """Name a commit of any ref's history that has a file of this name; empty for none.

        Raises:
            StoreError: git is not installed, or fails.
        """
        kept = ("--all", "--diff-filter=AM", "--format=%h")
        return self._run("log", *kept, "--", f":(glob)**/{name}").decode().partition("\n")[0]

    def in_lfs(self, sha256: str) -> Path | None:
        """Give the file of the local store of Git LFS that holds these bytes.

        Raises:
            StoreError: git is not installed, or fails.
        """
        common = self._run("rev-parse", "--path-format=absolute", "--git-common-dir")
        folder = Path(os.fsdecode(common.rstrip(b"\n"))) / "lfs" / "objects"
        path = folder / sha256[:2] / sha256[2:4] / sha256
        return path if path.is_file() else None

    def _trees(self, read: ReadObject, worktrees: tuple[_Worktree, ...]) -> list[str]:
        """Name the tree of every tip; a tag on a file has none."""
        tips = {*self._run("for-each-ref", "--format=%(objectname)").decode().split()}
        tips |= {*self._run("stash", "list", "--format=%H %P").decode().split()}
        tips |= {worktree.head for worktree in worktrees if worktree.head.strip("0")}
        found = {_tree(read, oid) for oid in tips}
        for name in _HALF_DONE:
            with contextlib.suppress(StoreError):  # most of them are not there
                found.add(_tree(read, name))
        return sorted(found - {""})

    def _worktrees(self) -> tuple[_Worktree, ...]:
        said = self._run("worktree", "list", "--porcelain", "-z")
        found = []
        for block in said.split(b"\0\0"):
            words = dict(line.partition(b" ")[::2] for line in block.split(b"\0"))
            if b"worktree" in words and b"HEAD" in words:
                path = Path(os.fsdecode(words[b"worktree"]))
                found.append(_Worktree(path=path, head=words[b"HEAD"].decode()))
        return tuple(found)

    def _staged(self, worktrees: tuple[_Worktree, ...]) -> set[str]:
        """Name what stands in the index of every checkout that is here."""
        found = set()
        for worktree in worktrees:
            if not worktree.path.is_dir():
                continue
            for line in self._run("ls-files", "--stage", "-z", at=worktree.path).split(b"\0"):
                words, _, path = line.partition(b"\t")
                place = path.split(b"/")
                if _is_json(path) and words.startswith(b"100") and FOLDER.encode() not in place:
                    found.add(words.split()[1].decode())
        return found

    def _content(self, read: ReadObject, oid: str) -> bytes:
        data = read(oid)[1]
        pointer = _POINTER.match(data)
        if pointer is None:
            return data
        path = self.in_lfs(pointer[1].decode())
        if path is None:
            raise StoreError(
                f"{self.top}: a JSON file of a ref lies in Git LFS and is not here; "
                "run: git lfs fetch --all"
            )
        return path.read_bytes()

    @contextlib.contextmanager
    def _objects(self) -> Iterator[ReadObject]:
        """Give a reader of objects by name: one process for all."""
        process = self._started("cat-file", "--batch")
        stdin, stdout = process.stdin, process.stdout
        assert stdin is not None
        assert stdout is not None

        def read(name: str) -> tuple[str, bytes]:
            with contextlib.suppress(OSError):  # git ended: then it gives no line
                stdin.write(f"{name}\n".encode())
                stdin.flush()
            head = stdout.readline().split()
            if len(head) != 3 or not head[2].isdigit() or int(head[2]) > MAX_FILE:
                raise StoreError(f"{self.top}: git cannot give object {name}; try: git fsck")
            data = stdout.read(int(head[2]) + 1)
            return head[1].decode(), data[:-1]

        with process:
            try:
                yield read
            finally:
                process.kill()

    def _started(self, *words: str) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                self._command(words, self.top),
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise self._absent(error) from error

    def _run(self, *words: str, at: Path | None = None) -> bytes:
        command = self._command(words, at or self.top)
        try:
            done = subprocess.run(command, env=self._environ, capture_output=True, check=False)
        except OSError as error:
            raise self._absent(error) from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["no word"]
            raise StoreError(f"{self.top}: git {words[0]} failed: {said[0]}")
        return done.stdout

    def _command(self, words: tuple[str, ...], at: Path) -> list[str]:
        """Write a command that runs no program of the repository's, and fetches nothing."""
        quiet = ("core.fsmonitor=false", "protocol.allow=never", "log.showSignature=false")
        return ["git", "-C", str(at), *(w for said in quiet for w in ("-c", said)), *words]

    def _absent(self, error: OSError) -> StoreError:
        return StoreError(
            f"{self.top}: there is a .git, and git cannot be run ({error.strerror or error}); "
            "install git"
        )


def _tree(read: ReadObject, name: str) -> str:
    """Follow a commit or a tag to its tree; empty where a file is tagged."""
    kind, data = read(name)
    for _ in range(20):  # tags of tags
        if kind == "tree":
            return name
        if kind == "blob":
            return ""
        name = data.partition(b"\n")[0].split()[1].decode()
        kind, data = read(name)
    return ""


def _entries(tree: bytes) -> Iterator[tuple[bytes, bool, str]]:
    """Take a tree apart: name, whether it is a folder, object; links and submodules left out."""
    size = 20 if _fits(tree, 20) else 32
    at = 0
    while match := _ENTRY.match(tree, at):
        at = match.end() + size
        mode = match[1].decode()
        if mode.startswith("100") or mode in ("40000", "040000"):
            yield match[2], not mode.startswith("100"), tree[match.end() : at].hex()


def _fits(tree: bytes, size: int) -> bool:
    """Tell whether object names of `size` bytes take the tree apart to its end."""
    at = 0
    while match := _ENTRY.match(tree, at):
        at = match.end() + size
    return at == len(tree)


def _is_json(name: bytes) -> bool:
    return name.endswith((b".json", b".jsonl"))
