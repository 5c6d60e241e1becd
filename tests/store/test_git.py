"""Git's refs, stashes and indexes are read as they are, and nothing is changed."""

import os
import subprocess

import pytest

from harness.errors import StoreError
from harness.store.git import Repository, git_above

ENVIRON = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "T" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "t@example.com" for who in ("AUTHOR", "COMMITTER")},
}


class Checkout:
    """A repository with one commit on `main`."""

    def __init__(self, folder, *words):
        self.folder = folder
        folder.mkdir()
        self("init", "-q", "-b", "main", *words)
        self.commit("a.json", '"first"')

    def __call__(self, *words, at=None):
        command = ["git", *map(str, words)]
        done = subprocess.run(
            command, cwd=at or self.folder, env=ENVIRON, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def commit(self, name, text):
        self.write(name, text)
        self("add", "-f", ".")
        self("commit", "-q", "-m", name)

    def elsewhere(self, text):
        """Commit a file on another branch, and go back."""
        self("checkout", "-q", "-b", "other")
        self.commit("deep/down/b.json", text)
        self("checkout", "-q", "main")

    def read(self, **environ):
        files = Repository(self.folder, environ={**ENVIRON, **environ}).json_files()
        return sorted(data.decode() for data in files)


@pytest.fixture
def repo(tmp_path):
    return Checkout(tmp_path / "repo")


def on_a_branch(repo):
    repo.elsewhere('"there"')


def on_a_tag_of_a_tag(repo):
    repo.elsewhere('"there"')
    repo("tag", "-a", "-m", "x", "one", "other")
    repo("tag", "-a", "-m", "x", "two", "one")
    repo("tag", "-d", "one")
    repo("branch", "-D", "other")


def on_a_remote(repo):
    repo.elsewhere('"there"')
    repo("update-ref", "refs/remotes/origin/x", "other")
    repo("branch", "-D", "other")


def in_a_stash(repo):
    repo.write("a.json", '"there"')
    repo("stash")


def in_an_older_stash(repo):
    in_a_stash(repo)
    repo.write("a.json", '"newer"')
    repo("stash")


def untracked_in_a_stash(repo):
    repo.write("new/b.json", '"there"')
    repo("stash", "-u")


def staged_in_a_stash(repo):
    repo.write("a.json", '"there"')
    repo("add", ".")
    repo.write("a.json", '"first"')
    repo("stash")


def in_the_index(repo):
    repo.write("b.jsonl", '"there"')
    repo("add", ".")
    (repo.folder / "b.jsonl").unlink()


def in_the_index_of_another_checkout(repo):
    other = repo.folder.with_name("other checkout")
    repo("worktree", "add", "-q", "--detach", other)
    (other / "b.json").write_text('"there"')
    repo("add", ".", at=other)


def at_the_head_of_another_checkout(repo):
    other = repo.folder.with_name("other checkout")
    repo("worktree", "add", "-q", "--detach", other)
    (other / "b.json").write_text('"there"')
    repo("add", ".", at=other)
    repo("commit", "-q", "-m", "x", at=other)
    repo("rm", "-q", "--cached", "b.json", at=other)


def at_a_detached_head(repo):
    repo.elsewhere('"there"')
    repo("checkout", "-q", "--detach", "other")
    repo("branch", "-D", "other")


def before_a_reset(repo):
    repo.commit("b.json", '"there"')
    repo("reset", "-q", "--hard", "HEAD~1")


PLACES = [
    on_a_branch,
    on_a_tag_of_a_tag,
    on_a_remote,
    in_a_stash,
    in_an_older_stash,
    untracked_in_a_stash,
    staged_in_a_stash,
    in_the_index,
    in_the_index_of_another_checkout,
    at_the_head_of_another_checkout,
    at_a_detached_head,
    before_a_reset,
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_every_tip_is_read(repo, place):
    """Wherever git still keeps a file for somebody."""
    place(repo)

    assert '"there"' in repo.read()


def test_history_is_not_read(repo):
    """What no tip holds any more protects nothing."""
    repo.commit("a.json", '"second"')

    assert repo.read() == ['"second"']


def test_each_content_is_given_once(repo):
    """However many files and refs hold it."""
    repo.commit("copy.json", '"first"')
    repo("branch", "other")
    repo("tag", "x")

    assert repo.read() == ['"first"']


def test_only_json_is_read(repo):
    """Neither other files, nor links, nor what was forgotten."""
    (repo.folder / "link.json").symlink_to("a.json")
    repo.write("text.txt", "text")
    repo.commit("blobs/_forgotten/x/y.json", '"stone"')

    assert repo.read() == ['"first"']


def test_a_tag_on_a_file_is_no_tip(repo):
    """It has no tree, and stops nothing."""
    repo("tag", "file", repo("rev-parse", "HEAD:a.json"))

    assert repo.read() == ['"first"']


def test_repositories_of_sha256_are_read(tmp_path):
    """The names of objects may have 32 bytes."""
    repo = Checkout(tmp_path / "long", "--object-format=sha256")
    repo.elsewhere('"there"')

    assert repo.read() == ['"first"', '"there"']


def test_an_empty_repository_holds_nothing(tmp_path):
    """Before the first commit, too."""
    subprocess.run(["git", "init", "-q", tmp_path], env=ENVIRON, check=True)

    assert list(Repository(tmp_path, environ=ENVIRON).json_files()) == []


def test_a_hook_does_not_lead_elsewhere(repo, tmp_path):
    """Git sets these where it runs a hook of another repository."""
    other = Checkout(tmp_path / "other")
    other.commit("b.json", '"other"')
    git = str(other.folder / ".git")

    assert repo.read(GIT_DIR=git, GIT_INDEX_FILE=f"{git}/index") == ['"first"']


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n"


def test_a_file_in_lfs_is_read_from_the_local_store(repo):
    """A pointer's own name is no reference: the file is."""
    repo.commit("big.json", POINTER.format("ab" * 32))
    place = repo.folder / ".git" / "lfs" / "objects" / "ab" / "ab" / ("ab" * 32)
    place.parent.mkdir(parents=True)
    place.write_text('"there"')

    assert repo.read() == ['"first"', '"there"']


def test_a_file_in_lfs_that_is_not_here_is_an_error(repo):
    """What it names cannot be known."""
    repo.commit("big.json", POINTER.format("ab" * 32))

    with pytest.raises(StoreError, match="git lfs fetch"):
        repo.read()


def test_an_absent_git_is_an_error(repo, tmp_path):
    """There is a .git, and nobody to read it."""
    with pytest.raises(StoreError, match="install git"):
        repo.read(PATH=str(tmp_path))


def test_a_broken_repository_is_an_error(repo):
    """Git's own word is passed on."""
    (repo.folder / ".git" / "HEAD").write_text("nonsense")

    with pytest.raises(StoreError, match=r"git \S+ failed"):
        repo.read()


def test_an_absent_object_is_an_error(repo):
    """A clone without all its objects hides names."""
    oid = repo("rev-parse", "HEAD:a.json")
    (repo.folder / ".git" / "objects" / oid[:2] / oid[2:]).unlink()

    with pytest.raises(StoreError, match=oid):
        repo.read()


def test_the_nearest_repository_is_found(repo, tmp_path):
    """From a folder within, through links, and also where the folder is not there."""
    link = tmp_path / "link"
    link.symlink_to(repo.folder)

    assert git_above(link / "not" / "there") == repo.folder.resolve()
    assert git_above(tmp_path) is None


def test_the_history_of_a_name_is_found(repo):
    """A commit that had a file, though no tip has it."""
    repo.commit("blobs/ab/abcd.png", "x")
    commit = repo("rev-parse", "--short", "HEAD")
    repo("rm", "-q", "blobs/ab/abcd.png")
    repo("commit", "-q", "-m", "gone")
    repository = Repository(repo.folder, environ=ENVIRON)

    assert repository.commit_with("abcd.*") == commit
    assert repository.commit_with("none.*") == ""
