"""What is on the network: this gateway is announced there, and devices are found there."""
