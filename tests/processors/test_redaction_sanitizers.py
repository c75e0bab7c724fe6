"""What the sanitizers make of texts, as recorded from the OpenTelemetry Collector contrib 0.158.0."""

import pytest

from collector.testing import bench, logs, traces

RECORDED = [
    (
        "postgresql",
        "SELECT * FROM t1 WHERE a = -1 AND b IN (1, 2.5, .5, 1e3, 0x1F) OR c='it''s' or d=\"q1\"",
        'SELECT * FROM t? WHERE a = ? AND b IN (?, ?, .?, ?, ?) OR c=?? or d="q?"',
    ),
    (
        "postgresql",
        "select true, null, FALSE from x2 -- c 1\n where z=$1 and y = $2 /* 5 */ limit 10",
        "select ?, ?, ? from x? -- c 1\n where z=? and y = ? /* 5 */ limit ?",
    ),
    (
        "postgresql",
        "INSERT INTO a.b1 (c) VALUES ($tag$hello 1$tag$, N'x', E'\\'y')",
        "INSERT INTO a.b? (c) VALUES (?, N?, E?)",
    ),
    ("postgresql", "a-1", "a?"),
    ("postgresql", "a - 1", "a - ?"),
    ("postgresql", "a=b+3", "a=b?"),
    ("postgresql", "`col1` = 3 and [tab1].[x] = 4", "`col?` = ? and [tab?].[x] = ?"),
    ("postgresql", "x = :p1 and y=@v2 and z=%s", "x = :p? and y=@v2 and z=%s"),
    ("postgresql", "select 'unterminated", "select ?"),
    (
        "postgresql",
        '{"find":"users","l":[1,2,{"a":1}],"m":["a","b"],"n":null,"o":[[1],[2]], "p": []}',
        '{"find":"users","l":[?,?,{"a":?}],"m":["a","b"],"n":?,"o":[[?],[?]], "p": []}',
    ),
    ("postgresql", "WHERE d = DATE '2020-01-01' AND t > 12:30", "WHERE d = DATE ? AND t > ?:?"),
    ("postgresql", "a.b.c1=1;DROP TABLE x", "a.b.c?=?;DROP TABLE x"),
    ("postgresql", "SELECT count(*) c FROM `x` GROUP BY 1", "SELECT count(*) c FROM `x` GROUP BY ?"),
    ("postgresql", "UPDATE t SET a=a+1,b=NULL", "UPDATE t SET a=a?,b=?"),
    ("redis", "SET k v EX 10", "SET k ? EX 10"),
    ("redis", "set k v", "set k ?"),
    ("redis", "MSET a 1 b 2", "MSET a ? b ?"),
    ("redis", "AUTH pw", "AUTH ?"),
    ("redis", "HSET h f v g w", "HSET h f ? g ?"),
    ("redis", "ZADD k NX 1 a 2 b", "ZADD k NX 1 ? 2 ?"),
    ("redis", "BITFIELD k SET u8 0 255 GET u8 0", "BITFIELD k SET u8 0 ? GET u8 0"),
    ("redis", "CONFIG SET x y", "CONFIG SET x ?"),
    ("redis", "LPUSH k a b c", "LPUSH k ?"),
    ("redis", "GET k\nSET k v", "GET k\nSET k ?"),
    ("redis", "  GET   k  ", "GET k"),
    ("redis", "GEOADD k 1 2 m 3 4 n", "GEOADD k 1 2 ? 3 4 ?"),
    ("redis", 'SET "a b" "c d"', 'SET "a b" ?'),
    ("redis", "ZADD k 1 a", "ZADD k 1 ?"),
    ("redis", "EVAL x", "EVAL x"),
    ("redis", "SET", "SET"),
    ("redis", "RESTORE k 0 v REPLACE", "RESTORE k 0 ? REPLACE"),
    ("redis", "AUTH", "AUTH"),
    (
        "mongodb",
        '{"find":"users","l":[1,2,{"a":1}],"m":["a","b"],"n":null,"o":[[1],[2]], "p": [], "q": {}}',
        '{"find":"?","l":["?","?",{"a":"?"}],"m":["?","?"],"n":"?","o":[["?"],["?"]],"p":[],"q":{}}',
    ),
    ("mongodb", "[1,2]", '["?","?"]'),
    ("mongodb", "5", '"?"'),
    ("mongodb", '"x"', '"?"'),
    ("mongodb", "bad", "bad"),
    ("mongodb", '{"a" : 1 , "b":"é\\u00e9"}', '{"a":"?","b":"?"}'),
    ("memcached", "set k 0 60 5\r\nvalue", "set k 0 60 5"),
    ("memcached", " get k ", "get k"),
    ("memcached", "get a b\nx", "get a b\nx"),
    ("", "/users/123/profile", "/users/*/profile"),
    ("", "/a/b1c2d3/item", "/a/*/item"),
    ("", "/v1/orders", "/v1/orders"),
    ("", "/v12/orders/", "/*/orders/"),
    ("", "/api/v1.2/x", "/api/*/x"),
    ("", "https://h/x", "*//h/x"),
    ("", "/qwrtpsd/hello", "/*/hello"),
    ("", "/products/shoes/red", "/products/shoes/red"),
    ("", "GET /x/abc123?x=1", "GET /x/*"),
    ("", "/", "/"),
    ("", "//a//b", "//a//b"),
    ("", "/a/b/c/d/e/f/g/h/i/j/k/l", "/a/b/c/d/e/f/g/h/i"),
    ("", "/checkout/zxcvbnm/cart", "/checkout/*/cart"),
    ("", "/123", "/*"),
    ("", "123", "*"),
    ("", "/foo#frag/12", "/foo"),
    ("", "/usr_name/the-path/x.html", "/usr_name/the-path/*"),
    ("", "/xkcd/sdfg/asdf", "/*/*/*"),
    ("", "/login/oauth/authorize", "/login/oauth/authorize"),
    ("", "/kubernetes/grpc/http/json/xml", "/kubernetes/*/*/json/*"),
    ("", "/attach/img/src/str/lst/btn", "/attach/*/*/str/lst/*"),
    ("", "/wp-admin/wp-content", "/wp-admin/wp-content"),
    ("", "/HELLO/World", "/HELLO/World"),
    ("", "/products/12ab", "/products/*"),
    ("", "/a1/b2", "/a1/b2"),
    ("", "/é/ü", "/*/*"),
    ("", "/x y/z", "/x y/z"),
]
SANITIZERS = {
    "allow_all_keys": True,
    "url_sanitizer": {"enabled": True, "attributes": ["path"]},
    "db_sanitizer": {
        kind: {"enabled": True, "attributes": ["statement"]} for kind in ("sql", "redis", "mongo", "memcached")
    },
}


@pytest.mark.parametrize(("system", "text", "expected"), RECORDED)
def test_attributes_are_sanitized_as_by_the_collector(system, text, expected):
    key = "statement" if system else "path"
    payload = logs("x", attributes={key: text, "db.system": system})

    (record,) = bench("redaction", SANITIZERS).run(payload).records()

    assert record.attributes[key] == expected


def test_attributes_of_logs_need_no_system():
    config = {"allow_all_keys": True, "db_sanitizer": {"sql": {"enabled": True, "attributes": ["q"]}}}

    log = next(bench("redaction", config).run(logs("", attributes={"q": "SELECT 1 \n", "r": "SELECT 1"})).records())
    span = next(bench("redaction", config).run(traces("a", attributes={"q": "SELECT 1"})).records())

    assert log.attributes.to_dict() == {"q": "SELECT ?", "r": "SELECT 1"}
    assert span.attributes.to_dict() == {"q": "SELECT 1"}
