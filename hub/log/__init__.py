"""The publication log: an append-only Merkle tree with signed checkpoints, in the C2SP formats that foreign tools read.

`tree`, `tiles`, `note`, `checkpoint` and `proof` are pure; `keys` and `export` touch files. `verify` with `audit/` is
the auditor's side: it shares no tree code with the writer, so that one mistake cannot hide on both sides.
"""
