"""Everything heard over HTTP and the local socket: server, guard, a file of routes a subject."""
