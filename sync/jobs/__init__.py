"""What is done by the clock: when each job has its turn, what people set, what came of it."""
