"""The demo's material: one real notice with its metadata and an interpretation. Data only: nothing here may be code."""
