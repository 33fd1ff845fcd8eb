"""What every worker process puts together at its first step, put together before it is forked: pages and statements.

For the server of processes alone (`dying_worker.FORKS`), and done by being imported.
"""

import gc
import sys

# What is imported here stays, in the server and in all that it forks.
gc.disable()

from channels import registry  # noqa: E402
from channels.website import pages  # noqa: E402
from hub.store.direct import Direct  # noqa: E402
from tests.workers import dying_worker  # noqa: E402, F401 - with it comes all that a worker consists of

# A kind is imported when somebody asks for it.
_kinds = [registry.KINDS[name] for name in registry.KINDS]
for _name in pages._TEMPLATES.list_templates(extensions=["html", "xml"]):
    pages._TEMPLATES.get_template(_name)
for _module in [one for name, one in sys.modules.items() if name.startswith(("hub.", "workers."))]:
    for _statement in [one for one in vars(_module).values() if isinstance(one, Direct)]:
        _ = (_statement._text, _statement._binds, _statement._fixed, _statement._reads, _statement._row)
