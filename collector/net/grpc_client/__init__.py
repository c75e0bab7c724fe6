"""A unary gRPC client on the server's own HTTP/2 frames, in the event loop's thread (architecture: sending gRPC)."""

from collector.net.grpc_client.client import GRPCClient
from collector.net.grpc_client.status import RPCError
from collector.net.grpc_client.target import Target, parse_target

__all__ = ["GRPCClient", "RPCError", "Target", "parse_target"]
