"""The table of everything that the staff application serves. The OpenAPI document is made from it."""

from hub.web.route import Route
from hub.web.routes.afterwards import AFTERWARDS
from hub.web.routes.beside import ATTACHED, SAID
from hub.web.routes.bureau import LENT, OPERATED, RECORDED, TOLD
from hub.web.routes.deliveries import FOLLOWED, STEERED
from hub.web.routes.releases import SHOWN, WRITTEN

__all__ = ["ROUTES"]

#: In the order in which the document lists them.
ROUTES: tuple[Route, ...] = (
    *WRITTEN,
    *ATTACHED,
    *SAID,
    *AFTERWARDS,
    *SHOWN,
    *FOLLOWED,
    *TOLD,
    *LENT,
    *STEERED,
    *RECORDED,
    *OPERATED,
)
