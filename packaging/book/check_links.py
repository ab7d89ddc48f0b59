"""Every link of a book leads to a file that is there, and to a place in it that is there:

    python3 packaging/book/check_links.py target/book
"""

import html.parser
import os
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.names, self.links = set(), []
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key == "id" or (tag == "a" and key == "name"):
                self.names.add(value)
            if key in ("href", "src") and value:
                self.links.append(value)


def main(folder):
    files = [os.path.join(place, name) for place, _, names in os.walk(folder) for name in names]
    pages = {os.path.normpath(path): Page(path) for path in files if path.endswith(".html")}
    wrong, checked = [], 0
    for path, page in sorted(pages.items()):
        # These two are shown at other places than they lie at.
        if os.path.basename(path) in ("404.html", "toc.html"):
            continue
        for link in page.links:
            target, _, name = link.partition("#")
            if urllib.parse.urlsplit(link).scheme:
                continue
            there = os.path.normpath(os.path.join(os.path.dirname(path), urllib.parse.unquote(target))) if target else path
            checked += 1
            if not os.path.exists(there):
                wrong.append(f"{path}: {link}: no such file")
            elif name and there in pages and urllib.parse.unquote(name) not in pages[there].names:
                wrong.append(f"{path}: {link}: no such place")
    print("\n".join(wrong))
    print(f"{checked} links of {len(pages)} pages, {len(wrong)} wrong")
    return 1 if wrong or not checked else 0


sys.exit(main(sys.argv[1]))
