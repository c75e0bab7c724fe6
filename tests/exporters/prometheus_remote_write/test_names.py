import pytest

from exporters.prometheus_remote_write.names import MetricKind, Naming, Untranslatable
from exporters.prometheus_remote_write.units import UnitWords, clean_unit_words, unit_text, unit_words

GAUGE, COUNTER, HISTOGRAM = MetricKind.GAUGE, MetricKind.COUNTER, MetricKind.HISTOGRAM


@pytest.mark.parametrize(
    ("unit", "main", "per"),
    [
        ("1/s", "", "per_second"),
        ("m/s", "meters", "per_second"),
        ("1/m", "", "per_minute"),
        ("{requests}/s", "", "per_second"),
        ("By/{op}", "bytes", ""),
        ("By/", "bytes", ""),
        ("/", "", ""),
        ("KB", "KB", ""),
        ("kBy", "kBy", ""),
        ("TiB", "TiB", ""),
        (" s ", "seconds", ""),
        ("1", "", ""),
        ("a/b/c", "a", "per_b/c"),
    ],
)
def test_a_unit_has_a_main_word_and_a_per_word(unit, main, per):
    assert unit_words(unit) == UnitWords(main, per)


@pytest.mark.parametrize(("unit", "words"), [("$", ("", "")), ("unit@with#special", ("unit_with_special", ""))])
def test_unit_words_are_cleaned(unit, words):
    assert clean_unit_words(unit) == words


@pytest.mark.parametrize(
    ("unit", "text"), [("s", "seconds"), ("By/s", "bytes_per_second"), ("1/s", "per_second"), ("1", ""), ("{x}", "")]
)
def test_metadata_has_the_words_of_the_unit(unit, text):
    assert unit_text(unit, escapes=True) == text
    assert unit_text(unit, escapes=False) == text


def test_metadata_keeps_the_characters_of_the_unit_where_names_do():
    assert unit_text("x/y/z", escapes=False) == "x_per_y/z"
    assert unit_text("x/y/z", escapes=True) == "x_per_y_z"


@pytest.mark.parametrize(
    ("name", "unit", "kind", "expected"),
    [
        ("http.server.request.duration", "s", HISTOGRAM, "http_server_request_duration_seconds"),
        ("system.io", "By", COUNTER, "system_io_bytes_total"),
        ("http.requests.total", "", COUNTER, "http_requests_total"),
        ("total.requests", "", COUNTER, "requests_total"),
        ("network_bytes_per_second", "By/s", GAUGE, "network_bytes_per_second_per_second"),
        ("request.duration_seconds", "s", GAUGE, "request_duration_seconds"),
        ("123abc", "", GAUGE, "_123abc"),
        ("(lambda).function.executions(#)", "1", COUNTER, "lambda_function_executions_total"),
        ("@#$", "", COUNTER, "total"),
        ("cpu.ratio", "1", GAUGE, "cpu_ratio"),
        ("cpu", "1", MetricKind.OTHER_SUM, "cpu"),
        ("per.x", "By/x", GAUGE, "per_x_bytes_per_x"),
        ("a:b..c__d", "", GAUGE, "a:b_c_d"),
    ],
)
def test_names_are_escaped_and_get_suffixes(name, unit, kind, expected):
    assert Naming().metric(name, unit, kind) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("metric__a.b", "metric__a_b"), (".foo.", "foo"), ("métrique", "m_trique"), ("9a", "_9a")]
)
def test_names_are_escaped_without_suffixes(name, expected):
    assert Naming("UnderscoreEscapingWithoutSuffixes").metric(name, "s", COUNTER) == expected
    assert Naming(suffixes=False).metric(name, "s", COUNTER) == expected


@pytest.mark.parametrize(
    ("name", "unit", "kind", "expected"),
    [
        ("foo.bar", "By", COUNTER, "foo.bar_bytes_total"),
        ("requêsts", "1/s", COUNTER, "requêsts_per_second_total"),
        ("cpu_seconds_total", "s", COUNTER, "cpu_seconds_total"),
        ("subtotal", "", COUNTER, "su_total"),
        ("x_milliseconds", "s", GAUGE, "x_milliseconds"),
        ("cpu_ratio", "1", GAUGE, "cpu_ratio"),
    ],
)
def test_names_that_keep_their_characters_get_suffixes(name, unit, kind, expected):
    assert Naming("NoUTF8EscapingWithSuffixes").metric(name, unit, kind) == expected


def test_no_translation_keeps_the_name():
    assert Naming("NoTranslation").metric("a b.c", "By", COUNTER) == "a b.c"
    assert Naming("NoTranslation", namespace="n").metric("a b.c", "By", COUNTER) == "n_a b.c"


@pytest.mark.parametrize(
    ("strategy", "namespace", "expected"),
    [
        ("", "app", "app_123abc"),
        ("", "eu-west.1", "eu_west_1_123abc"),
        ("", "ns_", "ns__123abc"),
        ("UnderscoreEscapingWithoutSuffixes", "app", "app_123abc"),
    ],
)
def test_a_namespace_goes_in_front(strategy, namespace, expected):
    assert Naming(strategy, namespace=namespace).metric("123abc", "", GAUGE) == expected


@pytest.mark.parametrize("name", ["___", "", "...", "é"])
def test_a_name_without_letters_is_an_error(name):
    with pytest.raises(Untranslatable, match="normalization"):
        Naming().metric(name, "", GAUGE)


def test_a_name_of_underscores_stays_without_suffixes():
    assert Naming(suffixes=False).metric("___", "", GAUGE) == "___"


@pytest.mark.parametrize(
    ("key", "label", "permissive"),
    [
        ("http.method", "http_method", "http_method"),
        ("a__b", "a_b", "a_b"),
        ("2xx", "key_2xx", "key_2xx"),
        ("_private", "key_private", "_private"),
        (".foo", "key_foo", "_foo"),
        ("__foo", "key_foo", "_foo"),
        ("__foo__", "__foo__", "__foo__"),
        ("__a__b__", "__a_b__", "__a_b__"),
        ("label:with:colons", "label_with_colons", "label_with_colons"),
        ("trailing___", "trailing_", "trailing_"),
        ("(x)", "key_x_", "_x_"),
    ],
)
def test_label_names_are_escaped(key, label, permissive):
    assert Naming().label(key) == label
    assert Naming(permissive=True).label(key) == permissive


def test_a_key_of_other_letters_only_is_a_label_but_for_the_permissive_gate():
    assert Naming().label("ключ") == "key_"
    with pytest.raises(Untranslatable):
        Naming(permissive=True).label("ключ")


@pytest.mark.parametrize("strategy", ["", "NoTranslation"])
@pytest.mark.parametrize("key", ["", "____"])
def test_a_key_without_characters_is_an_error(strategy, key):
    with pytest.raises(Untranslatable, match="label name"):
        Naming(strategy).label(key)


def test_label_names_can_keep_their_characters_but_external_ones_do_not():
    naming = Naming("NoTranslation")
    assert naming.label("a.b") == "a.b"
    assert naming.escaped_label("a.b") == "a_b"


@pytest.mark.parametrize(("key", "label"), [("_x", "_x"), ("a..b", "a__b"), ("2x", "key_2x"), ("k.é.z", "k___z")])
def test_target_info_can_keep_underscores(key, label):
    assert Naming(loose_info=True).info_label(key) == label


@pytest.mark.parametrize(
    ("namespace", "name"), [("", "target_info"), ("a.b", "a_b_target_info"), ("9", "_9_target_info")]
)
def test_target_info_has_the_namespace(namespace, name):
    assert Naming(namespace=namespace).target_info() == name


def test_long_keys_are_translated_too():
    assert Naming().label("a." * 2000) == "a_" * 2000
