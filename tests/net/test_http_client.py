import asyncio
import contextlib
import ssl

import pytest
import trustme
from aiohttp import web
from pydantic import ValidationError

from collector.component import Permanent, Retryable
from collector.net.client_settings import HTTPClientConfig
from collector.net.http_client import HTTPClient, proxy_of, retry_after
from collector.net.tls_client import ClientTLSConfig, ClientTLSContext


class Peer:
    """An HTTP server; `answer` is a response or a coroutine function of the request."""

    def __init__(self, answer=None, tls=None):
        self.answer = answer
        self.tls = tls
        self.requests = []

    async def handle(self, request):
        self.requests.append((request.method, request.path, request.headers, await request.read()))
        if callable(self.answer):
            return await self.answer(request)
        return self.answer or web.Response()

    async def __aenter__(self):
        self.runner = web.ServerRunner(web.Server(self.handle, auto_decompress=False), shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0, ssl_context=self.tls)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{port}/v1/traces"
        return self

    async def __aexit__(self, *_error):
        await self.runner.cleanup()


class Host:
    def __init__(self, **extensions):
        self.extensions = extensions

    def extension(self, name):
        return self.extensions[name]


class Client:
    def __init__(self, host=None, **config):
        self.client = HTTPClient(HTTPClientConfig.model_validate(config), "1.0")
        self.host = host or Host()

    async def __aenter__(self):
        await self.client.start(self.host)
        return self.client

    async def __aexit__(self, *_error):
        await self.client.close()


async def test_a_body_in_pieces_arrives_with_its_length():
    chunks = [b"a" * 100_000, *[b"b" * 10] * 1000]
    async with Peer(web.Response(body=b"fine", headers={"X-Y": "z"})) as peer, Client(headers={"X-A": "b"}) as client:
        response = await client.post(peer.url, chunks, {"Content-Type": "text/plain"})
    method, path, headers, body = peer.requests[0]
    assert (response.status, response.body, response.headers["x-y"]) == (200, b"fine", "z")
    assert (method, path, body) == ("POST", "/v1/traces", b"".join(chunks))
    assert headers["Content-Length"] == "110000"
    assert headers["X-A"] == "b"
    assert headers["User-Agent"].startswith("Telepipe/1.0 (linux/")


async def test_host_and_user_agent_can_be_replaced():
    async with Peer() as peer, Client(headers={"Host": "other", "user-agent": "me"}) as client:
        await client.post(peer.url, [b""], {})
    headers = peer.requests[0][2]
    assert (headers["Host"], headers.getall("User-Agent")) == ("other", ["me"])


async def test_bodies_are_compressed_unless_they_are_already():
    async with Peer() as peer, Client(compression="gzip") as client:
        await client.post(peer.url, [b"a" * 1000], {})
        await client.post(peer.url, [b"raw"], {"Content-Encoding": "snappy"}, encoded=True)
    assert peer.requests[0][2]["Content-Encoding"] == "gzip"
    assert len(peer.requests[0][3]) < 100
    assert (peer.requests[1][2]["Content-Encoding"], peer.requests[1][3]) == ("snappy", b"raw")


async def test_no_more_than_64_kib_of_an_answer_are_read():
    async with Peer(web.Response(body=bytes(1_000_000))) as peer, Client() as client:
        assert len((await client.post(peer.url, [b""], {})).body) == 65_536


async def test_redirects_send_the_body_again():
    async def answer(request):
        if request.path == "/v1/traces":
            raise web.HTTPTemporaryRedirect("/elsewhere")
        return web.Response()

    async with Peer(answer) as peer, Client() as client:
        assert (await client.post(peer.url, [b"x" * 100_000], {})).status == 200
    assert [(path, len(body)) for _, path, _, body in peer.requests] == [
        ("/v1/traces", 100_000),
        ("/elsewhere", 100_000),
    ]


async def test_no_answer_is_retryable():
    async def hang(request):
        await asyncio.Event().wait()

    async def reset(request):
        request.transport.abort()
        return web.Response()

    async with Client() as client:
        with pytest.raises(
            Retryable, match=r"failed to make an HTTP request: .* dial tcp 127.0.0.1:1: connection refused"
        ):
            await client.post("http://127.0.0.1:1/", [b""], {})
        async with Peer(reset) as peer:
            with pytest.raises(Retryable, match="failed to make an HTTP request"):
                await client.post(peer.url, [b""], {})
    async with Peer(hang) as peer, Client(timeout="20ms") as client:
        with pytest.raises(Retryable, match="no answer within"):
            await client.post(peer.url, [b""], {})


async def test_what_is_no_http_is_retryable():
    async def garbage(reader, writer):
        writer.write(b"\xff\xfe garbage\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(garbage, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Client() as client:
        with pytest.raises(Retryable):
            await client.post(f"http://127.0.0.1:{port}/", [b""], {})
    server.close()


async def test_a_url_that_is_none_is_permanent():
    async with Client() as client:
        with pytest.raises(Permanent):
            await client.post("http://", [b""], {})


async def test_an_authenticator_adds_its_headers():
    class Bearer:
        async def client_headers(self):
            return {"Authorization": "Bearer t"}

    async with Peer() as peer, Client(Host(bearer=Bearer()), auth={"authenticator": "bearer"}) as client:
        await client.post(peer.url, [b""], {})
    assert peer.requests[0][2]["Authorization"] == "Bearer t"


async def test_a_proxy_is_asked():
    async with Peer() as proxy, Client() as client:
        client._config = client._config.model_copy(update={"proxy_url": proxy.url.removesuffix("/v1/traces")})
        await client.post("http://collector.example/v1/traces", [b"x"], {})
    assert proxy.requests[0][2]["Host"] == "collector.example"


def test_the_environment_names_proxies_but_not_for_this_machine(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy_of("http://outside.example/") == "http://proxy:3128"
    assert proxy_of("http://inside.example/") is None
    assert proxy_of("http://localhost:4318/") is None
    assert proxy_of("http://127.0.0.1:4318/") is None
    assert proxy_of("https://outside.example/") is None


async def test_cookies_are_kept_only_when_enabled():
    async def answer(request):
        response = web.Response()
        response.set_cookie("session", "1")
        return response

    async with Peer(answer) as peer, Client() as client:
        await client.post(peer.url, [b""], {})
        await client.post(peer.url, [b""], {})
    assert "Cookie" not in peer.requests[1][2]
    async with Peer(answer) as peer, Client(cookies={"enabled": True}) as client:
        await client.post(peer.url, [b""], {})
        await client.post(peer.url, [b""], {})
    assert peer.requests[1][2]["Cookie"] == "session=1"


async def test_tls_trusts_the_given_authority():
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "server.example").configure_cert(context)
    trusted = {"ca_pem": authority.cert_pem.bytes().decode()}
    async with Peer(tls=context) as peer:
        async with Client(tls=trusted) as client:
            assert (await client.post(peer.url, [b"x"], {})).status == 200
        async with Client(tls={**trusted, "server_name_override": "server.example"}) as client:
            assert (await client.post(peer.url, [b"x"], {})).status == 200
        async with Client() as client:
            with pytest.raises(Retryable, match="certificate"):
                await client.post(peer.url, [b"x"], {})


def test_certificates_are_read_again_after_the_interval(tmp_path):
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    now = 0.0
    tls = ClientTLSContext(
        ClientTLSConfig.model_validate({"ca_file": str(path), "reload_interval": "10s"}), clock=lambda: now
    )
    first = tls.current()
    now = 11.0
    assert tls.current() is not first
    path.write_text("not a certificate")
    second = tls.current()
    now = 30.0
    assert tls.current() is second


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tue, 14 Nov 2023 22:13:00 GMT", 0.0),
        ("soon", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(value, seconds):
    assert retry_after(value, 1_700_000_000.0) == seconds


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"compression": "br"}, 'unsupported compression type "br"'),
        ({"compression": "gzip", "compression_params": {"level": 11}}, "unsupported parameters"),
        ({"timeout": "-1s"}, "'timeout' must be non-negative"),
    ],
)
def test_wrong_settings_are_refused(config, message):
    with pytest.raises(ValidationError, match=message):
        HTTPClientConfig.model_validate(config)


async def test_a_connection_that_the_server_closed_while_idle_costs_no_request():
    served = []
    closed = asyncio.Semaphore(0)

    async def once(reader, writer):
        """Answer the first request of each connection; close when the second comes, or the end."""
        await reader.readuntil(b"\r\n\r\n")
        served.append(1)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        with contextlib.suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        closed.release()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with Client() as client:
        for _ in range(3):
            assert (await client.post(url, [], {})).status == 200
    for _ in served:
        await closed.acquire()
    assert len(served) == 3
    server.close()


async def test_middleware_that_is_not_there_is_a_start_error():
    with pytest.raises(Exception, match='failed to resolve middleware "x": middleware not found'):
        async with Client(middlewares=[{"id": "x"}]):
            pass
    with pytest.raises(Exception, match='requested extension "x" is not an HTTP client middleware'):
        async with Client(Host(x=object()), middlewares=[{"id": "x"}]):
            pass
