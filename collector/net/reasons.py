"""Why a connection failed, in the words of the system."""

import os
import socket
import ssl

__all__ = ["reason"]


def reason(error: BaseException) -> str:
    """A short text, lower case, without the insides of libraries."""
    if isinstance(error, TimeoutError) and not error.errno:
        return "timeout"
    if isinstance(error, ssl.SSLError):
        return f"tls: {getattr(error, 'verify_message', '') or error.reason or error}"
    if isinstance(error, OSError) and error.errno and not isinstance(error, socket.gaierror):
        return os.strerror(error.errno).lower()
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
