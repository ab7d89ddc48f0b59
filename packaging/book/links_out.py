"""Links of the book to what is no page of it, such as ../facts, lead to the repository: a preprocessor of mdBook.

The variable BOOK_REPOSITORY is what such paths are laid behind, such as https://github.com/OWNER/NAME/blob/v0.1.0.
Without it they lead to the checkout that the book was made in.
"""

import json
import os
import pathlib
import posixpath
import re
import sys

LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
FENCE = re.compile(r"\s*(```+|~~~+)")


def led_out(target, chapter, docs, repository):
    """The target of a link in a chapter, relative to docs/, as the book has to have it."""
    if re.match(r"[a-z]+:", target):
        return target
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(chapter), target))
    if path.startswith("docs/") and os.path.isfile(posixpath.join(docs, "..", path)):
        return target
    return f"{repository}/{path}"


def rewritten(text, chapter, docs, repository):
    """The text of a chapter with its links led out; blocks of code stay as they are."""
    lines, fence = [], None
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and fence is None:
            fence = mark[1]
        elif mark and line.strip() == fence:
            fence = None
        elif fence is None:
            line = LINK.sub(lambda it: it[1] + led_out(it[2], chapter, docs, repository) + it[3], line)
        lines.append(line)
    return "\n".join(lines)


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    context, book = json.load(sys.stdin)
    docs = os.path.join(context["root"], context["config"]["book"]["src"])
    repository = os.environ.get("BOOK_REPOSITORY") or pathlib.Path(context["root"]).resolve().as_uri()
    waiting = list(book["items"])
    while waiting:
        item = waiting.pop()
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter:
            chapter["content"] = rewritten(chapter["content"], chapter["path"], docs, repository)
            waiting.extend(chapter["sub_items"])
    json.dump(book, sys.stdout)


main()
