"""Going through a file: checking it, running it, undoing it."""
