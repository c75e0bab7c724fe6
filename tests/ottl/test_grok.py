# ruff: noqa: E501 - one log line a line
"""Named expressions of log formats and how they are expanded, with the answers of the Go Collector."""

import pytest

from collector import ottl
from collector.ottl import ConfigError, EvaluationError
from collector.ottl.grok.library import library


def extracted(text, pattern, named_only="true", definitions=()):
    listed = ", ".join(f'"{d}"' for d in definitions)
    written = f'ExtractGrokPatterns(attributes["text"], "{pattern}", {named_only}, [{listed}])'
    return ottl.compile_value(written, context="log").of({"attributes": {"text": text}})


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "CISCOFW106001",
            "Inbound TCP connection denied from 192.0.2.7/1024 to 198.51.100.9/80 flags SYN on interface outside",
            {"cisco.asa.network.direction": "Inbound", "cisco.asa.network.transport": "TCP", "cisco.asa.outcome": "denied",
             "cisco.asa.tcp_flags": "SYN", "destination.address": "198.51.100.9", "destination.port": 80,
             "observer.egress.interface.name": "outside", "source.address": "192.0.2.7", "source.port": 1024},
        ),
        (
            "CISCOFW106100",
            "access-list outside_in permitted tcp outside/192.0.2.7(5000) -> inside/198.51.100.9(80) hit-cnt 1 first hit [0x1, 0x2]",
            {"cisco.asa.hit_count": 1, "cisco.asa.network.transport": "tcp", "cisco.asa.outcome": "permitted",
             "cisco.asa.rule_name": "outside_in", "destination.address": "198.51.100.9", "destination.port": 80,
             "metadata.cisco.asa.hashcode1": "0x1", "metadata.cisco.asa.hashcode2": "0x2",
             "observer.egress.interface.name": "inside", "observer.ingress.interface.name": "outside",
             "source.address": "192.0.2.7", "source.port": 5000},
        ),
        (
            "CISCOFW106023",
            'Deny tcp src outside:192.0.2.7/5000 dst inside:198.51.100.9/22 by access-group "acl" [0x0, 0x0]',
            {"action": "Deny", "destination.address": "198.51.100.9", "destination.interface": "inside",
             "destination.port": "22", "hashcode1": "0x0", "hashcode2": "0x0", "network.protocol.name": "tcp",
             "policy_id": "acl", "source.address": "192.0.2.7", "source.interface": "outside", "source.port": "5000"},
        ),
        ("CISCOFW104001", "(Secondary) Switching to ACTIVE - no mate", {"event.reason": "no mate"}),
        (
            "CISCOFW710001_710002_710003_710005_710006",
            "TCP access denied from 192.0.2.7/5000 to outside:198.51.100.9/22",
            {"cisco.asa.network.transport": "TCP", "cisco.asa.outcome": "denied", "destination.address": "198.51.100.9",
             "destination.port": 22, "observer.egress.interface.name": "outside", "source.address": "192.0.2.7",
             "source.port": 5000},
        ),
        (
            "IPTABLES",
            "IN=eth0 OUT= SRC=192.0.2.7 DST=198.51.100.9 LEN=60 TOS=0x00 PREC=0x00 TTL=54 ID=1234 DF PROTO=TCP SPT=5000 DPT=22 WINDOW=29200 RES=0x00 SYN URGP=0",
            {"destination.address": "198.51.100.9", "destination.port": 22, "iptables.fragment_flags": "DF",
             "iptables.id": "1234", "iptables.length": 60, "iptables.precedence_bits": "00", "iptables.tcp.flags": "SYN ",
             "iptables.tcp.window": 29200, "iptables.tcp_reserved_bits": "00", "iptables.tos": "00", "iptables.ttl": 54,
             "network.transport": "TCP", "observer.ingress.interface.name": "eth0", "source.address": "192.0.2.7",
             "source.port": 5000},
        ),
        (
            "EXIM",
            "2021-04-08 10:01:02 [12] 1WXFJz-00011r-3T <= anna@example.org H=(mx) [192.0.2.7]:25 P=esmtp S=1024 id=x@y for bert@example.org",
            {"exim.log.flags": "<=", "exim.log.header_id": "x@y", "exim.log.message.body.size": 1024,
             "exim.log.message.id": "1WXFJz-00011r-3T", "exim.log.recipient.email": "bert@example.org",
             "exim.log.sender.email": "anna@example.org", "network.protocol.name": "esmtp", "process.pid": 12,
             "source.address": "192.0.2.7", "source.host.name": "mx", "source.port": 25,
             "timestamp": "2021-04-08 10:01:02"},
        ),
        (
            "BIND9",
            "10-Mar-2021 10:10:10.123 queries: info: client @0x7f 192.0.2.7#53211 (example.org): query: example.org IN A + (198.51.100.9)",
            {"bind.log.question.flags": "+", "bind.log.question.name": "example.org", "bing.log.category": "queries",
             "client.address": "192.0.2.7", "client.port": 53211, "dns.question.class": "IN",
             "dns.question.name": "example.org", "dns.question.type": "A", "log.level": "info",
             "server.address": "198.51.100.9", "timestamp": "10-Mar-2021 10:10:10.123"},
        ),
        (
            "SYSLOGLINE",
            "2021-03-07T04:02:16Z web1 cron[12]: done",
            {"host.name": "web1", "message": "done", "timestamp": "2021-03-07T04:02:16Z"},
        ),
        (
            "SYSLOG5424LINE",
            "<34>1 2021-03-07T04:02:16Z web1 su 12 ID47 - failed",
            {"event.code": "ID47", "host.name": "web1", "log.syslog.priority": 34, "message": "failed",
             "process.command": "su", "process.pid": 12, "system.syslog.version": "1",
             "timestamp": "2021-03-07T04:02:16Z"},
        ),
        (
            "BRO_FILES",
            "1.5\tF1\t192.0.2.7\t198.51.100.9\tC1\tHTTP\t0\t-\ttext/plain\t-\t0.5\t-\tF\t10\t20\t0\t0\tF\t-\tab\tcd\t-\t-",
            {"client.address": "198.51.100.9", "file.hash.md5": "ab", "file.hash.sha1": "cd",
             "file.mime_type": "text/plain", "file.size": 20, "server.address": "192.0.2.7", "timestamp": "1.5",
             "zeek.files.depth": 0, "zeek.files.duration": 0.5, "zeek.files.fuid": "F1", "zeek.files.is_orig": "F",
             "zeek.files.missing_bytes": 0, "zeek.files.overflow_bytes": 0, "zeek.files.seen_bytes": 10,
             "zeek.files.session_ids": "C1", "zeek.files.source": "HTTP", "zeek.files.timedout": "F"},
        ),
        ("MONTH", "Mai i Mar", {"found": "Mar"}),
        ("HAPROXYTIME", "x9:31 9:31:22x", {"found": "9:31"}),
        ("RUUID", "a" * 40, {"found": "a" * 32}),
        ("MONGO_QUERY", "{ a } ntoreturn:1", {"MONGO_QUERY": "a", "found": "{ a } ntoreturn:"}),
        ("CISCO_ACTION", "denied by ACL", {"found": "denied by ACL"}),
    ],
)  # fmt: skip
def test_log_formats_are_taken_apart_as_in_the_go_collector(name, text, expected):
    pattern = f"%{{{name}:found}}" if "found" in expected else f"%{{{name}}}"
    assert extracted(text, pattern) == expected


def test_the_library_has_the_names_of_the_go_collector():
    assert len(library()) == 244
    assert "CISCOFW733100" not in library()  # refused by the Go Collector as well
    assert "CLOUDFRONT_DATE" not in library()


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("1 2", "%{INT:a:float} %{INT:a:int}", {"a": 2}),
        ("1 2", "%{INT:a:int} %{INT:a:float}", {"a": 2.0}),
        ("x y", "%{WORD:a.b} %{WORD:a___b}", {"a.b": "y"}),
        ("x", "%{WORD:a____b}", {"a._b": "x"}),
        ("x", "(?P<a___b>x)", {"a.b": "x"}),
    ],
)
def test_captures_of_one_name_are_one_entry_with_the_last_type(text, pattern, expected):
    assert extracted(text, pattern) == expected


def test_a_type_holds_for_every_capture_of_its_name():
    with pytest.raises(EvaluationError, match="invalid syntax"):
        extracted("1 x", "%{INT:a:int} %{WORD:a}")


@pytest.mark.parametrize("pattern", ["(?P<a.b>x)", "(?<a.b>x)", "%{WORD:a+b}", "%{CISCOFW733100}"])
def test_names_that_no_group_can_have_are_refused_while_loading(pattern):
    with pytest.raises(ConfigError):
        extracted("x", pattern)


def test_references_are_written_in_plain_letters():
    assert extracted("hello %{WORD:é}", "%{WORD:é}", "false") == {}


@pytest.mark.parametrize("definition", ["A", "A:b=x"])
def test_malformed_definitions_are_refused_while_loading_even_if_the_pattern_comes_later(definition):
    with pytest.raises(ConfigError, match="NAME=pattern"):
        ottl.compile_value(f'ExtractGrokPatterns("x", Concat(["%{{A}}"], ""), false, ["{definition}"])', context="log")
