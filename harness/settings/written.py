"""Refuse a key that is written into harness.toml, without repeating it."""

from collections.abc import Mapping

from harness.errors import SettingsError
from harness.recording.secrets.shapes import shaped
from harness.settings.databases import Database

_SECRETS = frozenset({
    "key", "api_key", "apikey", "api-key", "token", "api_token", "secret", "password",
    "authorization", "x-goog-api-key",
})  # fmt: skip
_ADVICE = (
    "a key is never written here; set it as an environment variable and name that by key_env, "
    "and make a new key if this file was ever shared"
)


def refuse_keys(tree: object, *, shown: str, path: tuple[str, ...] = ()) -> None:
    """Look through a whole file's values.

    Args:
        tree: A value of the file.
        shown: The file, for the sentence.
        path: Where the value stands in it.

    Raises:
        SettingsError: one is named as keys are, or shaped like one.
    """
    if isinstance(tree, Mapping):
        for name, value in tree.items():
            refuse_keys(value, shown=shown, path=(*path, str(name)))
    elif isinstance(tree, list):
        for value in tree:
            refuse_keys(value, shown=shown, path=path)
    elif isinstance(tree, str) and _is_secret(tree, path):
        raise SettingsError(f"{shown}: {'.'.join(path)}: {_ADVICE}")


def refuse_password(url: object, *, shown: str) -> None:
    """Refuse a database's URL that holds its password.

    Args:
        url: What stands at `history`, of whatever form.
        shown: The file, for the sentence.

    Raises:
        SettingsError: it holds one.
    """
    if isinstance(url, str) and Database(url).has_password:
        raise SettingsError(
            f"{shown}: history: holds a password, which is never written here; set the whole "
            "URL as HARNESS_HISTORY, or leave the password to ~/.pgpass"
        )


def _is_secret(value: str, path: tuple[str, ...]) -> bool:
    named = path[-1].lower() in _SECRETS if path else False
    return named or any(shaped(value.encode(errors="replace")))
