"""Who may do what: users, sessions, device tokens and the one policy table."""
