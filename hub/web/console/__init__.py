"""The staff console: rooms (`rooms.py`), the door between HTTP and them (`door.py`), the paper they are written on."""
