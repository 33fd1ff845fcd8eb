"""What the head of a page tells programs: the tags that the guide requires, our own, and the feeds. Pure."""

from channels import standing
from channels.contract import Site
from channels.website import dates, typeset
from channels.website.facts import Pair
from channels.website.words import WORDS
from schemas import addresses, columns, feeds
from schemas.columns import Column
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.release import Document, Metadata


def of_site(site: Site) -> list[Pair]:
    """网站标签: required on every page (国办发〔2017〕47号 附件《网页设计规范》)."""
    return [("SiteName", site.name), ("SiteDomain", site.domain), ("SiteIDCode", site.code)]


def of_column(column: Column) -> list[Pair]:
    """栏目标签: required on column pages, and on articles for the column that they stand in."""
    return [
        ("ColumnName", column.name),
        ("ColumnDescription", column.description),
        ("ColumnKeywords", column.keywords),
        ("ColumnType", column.type),
    ]


def of_document(parcel: Parcel, one: Document, site: Site) -> list[Pair]:
    """文章标签, after those of the site and of the column; what is not known makes no tag."""
    edition = parcel.edition
    wanted = [
        *of_site(site),
        *of_column(columns.own(edition.metadata.kind, one.role)),
        ("ArticleTitle", standing.title(one, parcel.notice)),
        ("PubDate", dates.minute(parcel.official_at or parcel.planned_at)),
        ("ContentSource", edition.metadata.issuer or site.bureau),
    ]
    is_gone = parcel.action is Action.WITHDRAW
    known = [
        ("robots", "noindex" if is_gone else ""),
        ("Keywords", ",".join(edition.metadata.keywords)),
        ("Author", edition.metadata.issuer or site.bureau),
        ("Description", "" if is_gone else typeset.description(one)),
        ("Image", "" if is_gone else _first_image(edition.release, one, site)),
        ("Url", site.url + addresses.path(edition.release, one.name)),
        ("gongbu:edition", f"sha256:{edition.digest}"),
        ("gongbu:release", str(edition.release)),
        ("gongbu:number", str(edition.number)),
        ("gongbu:standing", standing.tag(parcel.notice) if parcel.notice else ""),
    ]
    return wanted + [(name, content) for name, content in known if content]


def of_feeds(release: int, metadata: Metadata) -> list[Pair]:
    """Its own feed, and those of who issued it and of what it is about."""
    units = [(feeds.of_unit(unit), unit) for unit in feeds.units(metadata.issuer)]
    group = feeds.group(metadata.theme)
    return [(feeds.of_release(release), WORDS["feed_own"]), *units, (feeds.of_theme(group), group)]


def properties(parcel: Parcel, one: Document, site: Site) -> list[Pair]:
    """The same facts once more, by the names that links' previews and article readers know (ogp.me)."""
    return [
        ("og:type", "article"),
        ("og:site_name", site.name),
        ("og:title", standing.title(one, parcel.notice)),
        ("og:url", site.url + addresses.path(parcel.edition.release, one.name)),
        ("article:published_time", dates.rfc3339(parcel.official_at or parcel.planned_at)),
    ]


def _first_image(release: int, one: Document, site: Site) -> str:
    if not one.images:
        return ""
    return site.url + addresses.image(release, one.images[0].sha256, one.images[0].media)
