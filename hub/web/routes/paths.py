"""The addresses of the staff API, without what stands at their end.

An `int` of the path is named `release`; other parts reach the handler as `Ask.names`. A number has at most fifteen
digits: what is longer names no row, and is no address.
"""

from schemas.report import ReportName
from schemas.standing import StandingKind

ALL = "/api/v1/releases"
ONE = ALL + "/{release:[1-9][0-9]{0,14}}"
DOCUMENT = ONE + "/documents/{name:policy|interpretation-[1-9][0-9]?}"
DRAFT = DOCUMENT + "/draft"
ATTACHMENTS = DOCUMENT + "/attachments"
#: Its name, as in a list of them: it stands in one part of the address, so it is percent-encoded.
ATTACHMENT = ATTACHMENTS + r"/{file:[^/]{1,120}}"
COMMENTS = ONE + "/comments"
COMMENT = COMMENTS + "/{comment:[1-9][0-9]{0,14}}"
CERTIFICATE = "/api/v1/certificates/{release:[1-9][0-9]{0,14}}"

DELIVERY = "/api/v1/deliveries/{delivery:[1-9][0-9]{0,14}}"
CHANNEL = "/api/v1/channels/{channel}"
STANDING = "/api/v1/standings/{standing:[1-9][0-9]{0,14}}"
DISPATCH = "/api/v1/dispatches/{dispatch:[1-9][0-9]{0,14}}"
DELEGATIONS = "/api/v1/delegations"
DELEGATION = DELEGATIONS + "/{delegation:[1-9][0-9]{0,14}}"
BEARER = "/api/v1/tokens/{token:[0-9a-f]{16}}"
REPORT = f"/api/v1/reports/{{report:{'|'.join(ReportName)}}}"
KIND = f"{{kind:{'|'.join(StandingKind)}}}"
