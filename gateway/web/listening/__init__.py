"""From the socket to an answer: the server, its event loop, and the bridge to Flask."""
