"""The parts of the auditor's verifier. Nothing here may import the writer's side of the log: no tree code is shared.

`trust` whom we believe, `folder` bounded reading, `hashing` the tree anew, `entries` what an entry must be, `acts` what
the story must be, `recompute` all entries in one stream, `certificates` the proofs handed out, `report` what is said.
"""
