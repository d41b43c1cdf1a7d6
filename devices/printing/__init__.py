"""What is to be printed: templates, the queue of each printer, and what became of each job."""
