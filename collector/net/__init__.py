"""The network under the components: servers in the event loop's own thread, clients, TLS, and the byte budget."""
