"""The gateway and the programs it is measured against, each started the way its own manual says."""
