"""`Decode`: the names of character sets and what becomes of bytes that are none, as in the Go Collector."""

import pytest

from collector import ottl


def decoded(data, name):
    return ottl.compile_value(f'Decode(0x{data.hex()}, "{name}")', context="log").of({})


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"\xe9", "CSISOLatin1", "é"),
        (b"\xa4", "latin-9", "€"),
        (b"\xb1", "elot_928", "±"),
        (b"\x81\x82", "866", "БВ"),
        (b"\xd5", "ibm00858", "€"),
        (b"\xc1\xc2", "ebcdic-cp-us", "AB"),
        (b"\x81", "iso-8859-2", "\ufffd"),
        (b"\x81", "iso-8859-9", "\x81"),
        (b"\xc3\xa9", "us-ascii", "é"),
        (b"\xc3\xa9", "us", "\ufffd\ufffd"),
        (b"\xae\xbe", "koi8-u", "ўЎ"),
        (b"\x80\xe9\xa4", "gbk", "€椁"),
        (b"\xa1\x5ea", "gbk", "\ufffda"),
        (b"\xff\xa0", "shift_jis", "\ufffd\ufffd"),
        (b"\x00a", "csUTF16", "a"),
        (b"a\x00", "utf-16", "a"),
    ],
)
def test_bytes_are_decoded_by_registered_names(data, name, expected):
    assert decoded(data, name) == expected


@pytest.mark.parametrize("name", ["sjis", "cp1252", "gb2312", "iso_8859_1", "latin9", "cp932", "hex", "iso-8859-11"])
def test_other_names_are_refused_while_loading(name):
    with pytest.raises(ottl.ConfigError, match="unsupported encoding"):
        decoded(b"a", name)
