import asyncio
import ssl

import aiohttp
import grpc
import pytest
import trustme

from collector.net.tls_server import ServerTLSContext
from collector.net.tls_settings import ServerTLSConfig
from collector.testing import traces

export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
protobuf = {"Content-Type": "application/x-protobuf"}


@pytest.fixture
def authority():
    return trustme.CA()


def files(certificate, where, name="server"):
    """Paths of a certificate's chain and key, written to `where`."""
    chain, key = where / f"{name}.crt", where / f"{name}.key"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    key.write_bytes(certificate.private_key_pem.bytes())
    return {"cert_file": str(chain), "key_file": str(key)}


def trusting(authority, certificate=None, protocols=()):
    context = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    if certificate:
        certificate.configure_cert(context)
    if protocols:
        context.set_alpn_protocols(protocols)
    return context


async def post(receiver, context):
    url = f"https://localhost:{receiver.http.rpartition(':')[2]}/v1/traces"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=traces("a").seal(), headers=protobuf, ssl=context) as response,
    ):
        return response.status


async def test_both_protocols_speak_tls(otlp, authority, tmp_path):
    tls = files(authority.issue_cert("localhost"), tmp_path)
    async with otlp(grpc={"tls": tls}, http={"tls": tls}) as receiver:
        assert await post(receiver, trusting(authority)) == 200

        credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes())
        target = f"localhost:{receiver.grpc.rpartition(':')[2]}"
        async with grpc.aio.secure_channel(target, credentials) as channel:
            assert await channel.unary_unary(export)(traces("a").seal(), timeout=10) == b""
        assert receiver.sink.item_count == 2


async def test_certificates_may_be_pem_text(otlp, authority):
    certificate = authority.issue_cert("localhost")
    tls = {
        "cert_pem": certificate.cert_chain_pems[0].bytes().decode(),
        "key_pem": certificate.private_key_pem.bytes().decode(),
    }
    async with otlp(http={"tls": tls}) as receiver:
        assert await post(receiver, trusting(authority)) == 200


async def test_alpn_offers_both_versions_of_http(otlp, authority, tmp_path):
    async with otlp(http={"tls": files(authority.issue_cert("localhost"), tmp_path)}) as receiver:
        host, _, port = receiver.http.rpartition(":")
        for protocol in ("h2", "http/1.1"):
            context = trusting(authority, protocols=[protocol])
            _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname="localhost")
            assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == protocol
            writer.close()


async def test_with_a_client_authority_only_its_certificates_come_in(otlp, authority, tmp_path):
    clients = trustme.CA()
    (tmp_path / "ca.crt").write_bytes(clients.cert_pem.bytes())
    tls = files(authority.issue_cert("localhost"), tmp_path) | {"client_ca_file": str(tmp_path / "ca.crt")}
    async with otlp(http={"tls": tls}) as receiver:
        assert await post(receiver, trusting(authority, clients.issue_cert("me"))) == 200
        with pytest.raises(aiohttp.ClientError):
            await post(receiver, trusting(authority))
        with pytest.raises(aiohttp.ClientError):
            await post(receiver, trusting(authority, trustme.CA().issue_cert("me")))


async def test_versions_below_the_minimum_are_refused(otlp, authority, tmp_path):
    tls = files(authority.issue_cert("localhost"), tmp_path) | {"min_version": "1.3"}
    async with otlp(http={"tls": tls}) as receiver:
        old = trusting(authority)
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(aiohttp.ClientError):
            await post(receiver, old)
        assert await post(receiver, trusting(authority)) == 200


def handshake(server, client):
    """The serial number that the server shows."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(incoming, outgoing, server_hostname="localhost")
    theirs = server.wrap_bio(outgoing, incoming, server_side=True)
    for _ in range(10):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
    return int(ours.getpeercert()["serialNumber"], 16)


def serial(certificate):
    from cryptography.x509 import load_pem_x509_certificate

    return load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).serial_number


def test_certificates_are_read_again_after_the_interval(authority, tmp_path):
    first, second = authority.issue_cert("localhost"), authority.issue_cert("localhost")
    now, failures = [100.0], []
    config = ServerTLSConfig.model_validate(files(first, tmp_path) | {"reload_interval": "60s"})
    server = ServerTLSContext(config, failures.append, lambda: now[0])
    files(second, tmp_path)
    client = trusting(authority)
    assert handshake(server.context, client) == serial(first)

    now[0] += 60
    assert handshake(server.context, client) == serial(second)

    (tmp_path / "server.crt").write_text("nonsense")
    now[0] += 60
    assert handshake(server.context, client) == serial(second)
    assert len(failures) == 1


def test_a_changed_client_authority_is_read_again(authority, tmp_path):
    old, new = trustme.CA(), trustme.CA()
    (tmp_path / "ca.crt").write_bytes(old.cert_pem.bytes())
    settings = {"client_ca_file": str(tmp_path / "ca.crt"), "client_ca_file_reload": True}
    now = [100.0]
    config = ServerTLSConfig.model_validate(files(authority.issue_cert("localhost"), tmp_path) | settings)
    server = ServerTLSContext(config, lambda _: None, lambda: now[0])
    with pytest.raises(ssl.SSLError):
        handshake(server.context, trusting(authority, new.issue_cert("me")))

    (tmp_path / "ca.crt").unlink()
    (tmp_path / "ca.crt").write_bytes(new.cert_pem.bytes())
    now[0] += 2
    handshake(server.context, trusting(authority, new.issue_cert("me")))


def test_a_missing_file_fails_the_start(tmp_path):
    config = ServerTLSConfig.model_validate(
        {"cert_file": str(tmp_path / "no.crt"), "key_file": str(tmp_path / "no.key")}
    )
    with pytest.raises(FileNotFoundError):
        ServerTLSContext(config, lambda _: None)
