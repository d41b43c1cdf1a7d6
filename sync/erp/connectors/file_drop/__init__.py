"""Batches as files in a folder, here or at the other end of an SFTP line."""
