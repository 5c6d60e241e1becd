"""Read which folders a person trusts to run code: a file of the person, never a project's."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from harness.errors import SettingsError

TRUSTED = "harness/trusted.toml"
_WRITABLE_BY_OTHERS = 0o022


def trusted_file(environ: Mapping[str, str]) -> Path | None:
    """Give where it lies: below XDG_CONFIG_HOME, else below ~/.config; None without a home."""
    config, home = environ.get("XDG_CONFIG_HOME", ""), environ.get("HOME", "")
    if Path(config).is_absolute():
        return Path(config) / TRUSTED
    return Path(home) / ".config" / TRUSTED if Path(home).is_absolute() else None


def trusted_folders(environ: Mapping[str, str], *, outside: Path) -> frozenset[Path]:
    """Give the folders whose suites may run their own code.

    Args:
        environ: The environment.
        outside: The project: a file that lies in it grants nothing, for the project could
            have written it.

    Raises:
        SettingsError: the file is wrong, or others can write it.
    """
    path = trusted_file(environ)
    if path is None or not path.is_file() or _lies_in(path, outside):
        return frozenset()
    try:
        is_open = path.stat().st_mode & _WRITABLE_BY_OTHERS
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}; correct the file") from error
    if is_open:
        raise SettingsError(f"{path}: others can write it, and so run code; chmod 600 {path}")
    return frozenset(Path(folder).resolve() for folder in _folders(tree, path))


def _lies_in(path: Path, project: Path) -> bool:
    return path.resolve().is_relative_to(project.resolve())


def _folders(tree: Mapping[str, object], path: Path) -> list[str]:
    unknown = [name for name in tree if name != "suites"]
    if unknown:
        raise SettingsError(f"{path}: {unknown[0]}: unknown setting; known is suites")
    folders = tree.get("suites", [])
    if not isinstance(folders, list) or not all(isinstance(name, str) for name in folders):
        raise SettingsError(f"{path}: suites: must be a list of folders; correct it")
    relative = next((name for name in folders if not Path(name).is_absolute()), None)
    if relative is not None:
        raise SettingsError(f"{path}: suites: {relative!r} is no absolute path; write it whole")
    return folders
