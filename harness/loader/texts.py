"""Hold the forms that names in a suite have, and how each is explained."""

from typing import Annotated, Final

from pydantic import Field

ID: Final = r"^[a-z0-9](\.?[a-z0-9_-])*$"
NAME: Final = r"^[A-Za-z_][A-Za-z0-9_-]*$"
TAG: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
MODEL: Final = r"^[A-Za-z0-9](\.?[A-Za-z0-9_:/@-])*$"
RATE: Final = r"^[0-9]{1,4} of [0-9]{1,4}$"
SOME_TEXT: Final = r"\S"
LANGUAGE: Final = r"^[A-Za-z]{3}[A-Za-z_]*(\+[A-Za-z]{3}[A-Za-z_]*)*$"
CHECK: Final = (
    r"^([A-Za-z_][A-Za-z0-9_-]*|([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+\.py:[A-Za-z_][A-Za-z0-9_]*)$"
)

EXPLAINED: Final = {
    ID: 'lowercase letters, digits, "-", "_" and single dots, beginning with a letter or digit',
    NAME: 'letters, digits, "_" and "-", beginning with a letter or "_"',
    TAG: 'letters, digits, "_" and "-", beginning with a letter or digit',
    MODEL: 'a model id as it is sent, such as "gemini-3-pro-image"',
    RATE: 'a rate such as "1 of 8"',
    LANGUAGE: 'a language as Tesseract calls it, such as "eng" or "eng+deu"',
    CHECK: "the name of an installed check, or a function below the suite's folder as "
    '"checks.py:is_round"',
    SOME_TEXT: "text that is more than white space",
}
"""What each pattern asks for, in words."""

Id = Annotated[str, Field(pattern=ID, max_length=64)]
Name = Annotated[str, Field(pattern=NAME, max_length=64)]
Word = Annotated[str, Field(pattern=TAG, max_length=64)]
ModelId = Annotated[str, Field(pattern=MODEL, max_length=128)]
Prompt = Annotated[str, Field(pattern=SOME_TEXT, max_length=100_000)]
"""A prompt; the service counts tokens, this bound only keeps honest mistakes small."""
