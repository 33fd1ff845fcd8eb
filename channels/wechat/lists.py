"""Lists in lists, which the platform garnishes with bullets of its own: made into paragraphs that carry their markers.

A list without another one in it stays a list. Pure.
"""

import bs4

LISTS = ["ul", "ol"]
BULLETS = ("•", "◦", "▪")
#: Deeper ones are indented no further: a telephone has no room for it.
DEEPEST = 5
MOST_DIGITS = 6


def unnest(soup: bs4.BeautifulSoup) -> int:
    """Put paragraphs in the place of every list that holds another one; return how many those were."""
    nested = [one for one in soup.find_all(LISTS) if not one.find_parent(LISTS) and one.find(LISTS)]
    for outer in nested:
        outer.replace_with(*_flattened(soup, outer, 1))
    return len(nested)


def _flattened(soup: bs4.BeautifulSoup, outer: bs4.Tag, depth: int) -> list[bs4.Tag]:
    said = str(outer.get("start") or "1")
    first = int(said) if said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS else 1
    found: list[bs4.Tag] = []
    for number, item in enumerate(outer.find_all("li", recursive=False), first):
        marker = f"{number}." if outer.name == "ol" else BULLETS[min(depth, len(BULLETS)) - 1]
        found += _item(soup, item, marker, depth)
    return found


def _item(soup: bs4.BeautifulSoup, item: bs4.Tag, marker: str, depth: int) -> list[bs4.Tag]:
    """The item's own words behind its marker, its further paragraphs, and what is listed below it."""
    level = min(depth, DEEPEST)
    line = soup.new_tag("section", attrs={"class": f"wx-item-{level}"})
    mark = soup.new_tag("span", attrs={"class": "wx-marker"})
    mark.string = marker
    line.append(mark)
    found, is_open = [line], True
    for part in list(item.children):
        if isinstance(part, bs4.Tag) and part.name in LISTS:
            found += _flattened(soup, part, depth + 1)
            is_open = False
        elif isinstance(part, bs4.Tag) and part.name == "p" and len(line.contents) > 1:
            more = soup.new_tag("section", attrs={"class": f"wx-more-{level}"})
            more.extend(list(part.contents))
            found.append(more)
            is_open = False
        elif isinstance(part, bs4.Tag) and part.name == "p":
            line.extend(list(part.contents))
        elif is_open:
            line.append(part.extract())
        elif str(part).strip():
            more = soup.new_tag("section", attrs={"class": f"wx-more-{level}"})
            more.append(part.extract())
            found.append(more)
    return found
