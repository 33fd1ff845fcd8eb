"""The parts of the auditor's verifier. Nothing here may import the writer's side of the log: no tree code is shared.

`trust` whom we believe, `folder` bounded reading, `layout` what lies where, `hashing` the tree anew, `entries` what an
entry must be, `shapes` the same in haste, `acts` what the story must be (`reviewers` before the button, `standings`
after the release), `examine` one bundle by itself, `crew` many at once, `recompute` all of them in order,
`certificates` the proofs handed out, `report` what is said.
"""
