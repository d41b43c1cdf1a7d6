"""What is handed over: the unit that runs a gateway, and the list of the parts it is made of."""
