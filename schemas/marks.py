"""What a card is found by besides its words: lexemes that no text can hold, since `#` is no letter. Pure."""

from schemas import feeds
from schemas.card import Card, Filters


def of_card(card: Card) -> set[str]:
    """Every mark of the card; each answers one filter."""
    return {
        f"#k:{card.kind}",
        f"#r:{card.role}",
        f"#y:{card.signed_on.year}",
        f"#v:{card.validity}",
        f"#t:{card.theme}",
        f"#t:{feeds.group(card.theme)}",
        *(f"#u:{unit}" for unit in feeds.units(card.issuer)),
    }


def wanted(filters: Filters) -> tuple[str, ...]:
    """The marks that a card must bear, all of them."""
    asked = {
        "k": filters.kind,
        "r": filters.role,
        "y": filters.year,
        "v": filters.validity,
        "t": filters.theme,
        "u": filters.unit,
    }
    return tuple(f"#{name}:{value}" for name, value in asked.items() if value is not None)
