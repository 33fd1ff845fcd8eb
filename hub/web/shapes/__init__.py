"""What the API gives where that is not the vocabulary itself. Each noun's shapes stand in a module of its own."""
