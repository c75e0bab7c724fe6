import socket

import pytest

from collector.net.endpoint import bind, split


@pytest.mark.parametrize(
    ("endpoint", "parts"),
    [
        ("localhost:4317", ("localhost", "4317")),
        (":4317", ("", "4317")),
        ("0.0.0.0:4317", ("0.0.0.0", "4317")),
        ("[::]:4317", ("::", "4317")),
        ("[::1]:4317", ("::1", "4317")),
    ],
)
def test_endpoints_are_host_and_port(endpoint, parts):
    assert split(endpoint) == parts


@pytest.mark.parametrize("endpoint", ["localhost", "::1:4317", "a:b:1", ""])
def test_other_forms_are_refused(endpoint):
    with pytest.raises(ValueError, match="expected host:port"):
        split(endpoint)


def test_a_busy_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OSError, match=f"listen tcp {endpoint}: bind: address already in use"):
            bind(endpoint)


def test_all_interfaces_are_those_of_both_families():
    with bind(":0") as sock:
        port = sock.getsockname()[1]
        sock.listen()
        socket.create_connection(("127.0.0.1", port)).close()


def test_connections_go_without_nagles_algorithm():
    with bind("127.0.0.1:0") as sock:
        assert sock.proto == socket.IPPROTO_TCP


def test_a_unix_socket_left_behind_gives_way_and_a_live_one_does_not(tmp_path):
    path = str(tmp_path / "s")
    bind(path, "unix").close()
    with bind(path, "unix") as sock:
        sock.listen()
        with pytest.raises(OSError, match="address already in use"):
            bind(path, "unix")
