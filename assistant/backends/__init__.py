"""Language models behind one small interface, whoever serves them."""
