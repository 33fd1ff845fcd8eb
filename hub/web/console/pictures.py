"""A clean body as a page of the console shows it: its pictures come from here, and none is without an alternative."""

import re

_PICTURE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')


def shown(body: str, files: str) -> str:
    """Return the body with its `blob:` pictures below the address `files`, an empty `alt` where one has none."""

    def picture(found: re.Match[str]) -> str:
        attributes = found[1].replace(' src="blob:', f' src="{files}')
        return f"<img{attributes}>" if " alt=" in attributes else f'<img{attributes} alt="">'

    return _PICTURE.sub(picture, body)
