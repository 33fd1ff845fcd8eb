"""What the feeds say of a document for machines: our own elements and the `_gongbu` object. Pure.

In an Atom entry or an RSS item they stand in the namespace `urn:x-gongbu:feed:1`; in a JSON Feed item they are the keys
of `_gongbu`, with the same values as strings:

* `release`: the release's number;
* `document`: `policy`, `interpretation-1`, …;
* `edition`: `sha256:` and the digest of the edition that the text is of;
* `kind`: what kind of document the policy is (`schemas.release.Kind`);
* `doc_no`, `index_no`: 发文字号 and 索引号 of the policy, where it has them;
* `official`: 正式发布时间 of the policy, RFC 3339 with milliseconds and +08:00; missing until it is known;
* `standing`: what holds of it since, as `2/repealed`: a number that grows, and in_force, amended, repealed, expired or
  withdrawn; missing while nothing was said.

A name is never given another meaning; new ones may come.
"""

from channels import standing
from schemas.entry import stamp
from schemas.parcel import Listed
from schemas.release import Document


def of(line: Listed, one: Document) -> dict[str, str]:
    """The marks of one document, in this order; what is not known is left out."""
    metadata = line.edition.metadata
    known = {
        "release": str(line.edition.release),
        "document": one.name,
        "edition": f"sha256:{line.edition.digest}",
        "kind": metadata.kind.value,
        "doc_no": metadata.doc_no,
        "index_no": metadata.index_no,
        "official": stamp(line.official_at) if line.official_at else None,
        "standing": standing.tag(line.notice) if line.notice else None,
    }
    return {name: value for name, value in known.items() if value}
