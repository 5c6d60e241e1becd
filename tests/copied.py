"""Copy recordings with what is remembered of their pictures, so that no test measures them anew.

What is remembered of a picture counts for the file that was measured, and a copy is
another file. A picture that a test changes after that is measured, as ever.
"""

import shutil

from harness.measure.measures import measures_version
from harness.store.memo import Memo, stamp_of


def copied(source, to):
    """Copy the folder `source`, whose pictures were measured, to the folder `to`."""
    shutil.copytree(source, to, dirs_exist_ok=True)
    remember(to)


def remember(folder):
    """Let what is remembered below `folder` count for the pictures that lie there."""
    memo = Memo(folder / ".harness" / "features", version=measures_version())
    for path in folder.glob("cassettes/blobs/*/*"):
        known = memo.get(path.stem)
        if known is not None:
            memo.put(known, stamp=stamp_of(path))
