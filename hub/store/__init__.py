"""SQL. Speaks schemas outwards, never rows; takes a connection and leaves the transaction to its caller."""
