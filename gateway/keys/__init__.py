"""What the keyring is wrapped by: the tiers of encryption, and what each of them protects."""
