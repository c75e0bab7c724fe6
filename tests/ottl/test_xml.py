"""Odd corners of the XML functions, with the answers of the Go Collector."""

import json

import pytest

from collector import ottl


def called(function, *arguments):
    written = ", ".join(json.dumps(a) for a in arguments)
    return ottl.compile_value(f"{function}({written})", context="log").of({})


@pytest.mark.parametrize(
    ("document", "kept"),
    [
        ("<?xml version='1.0'?><!DOCTYPE a><a/>\n", '<?xml version="1.0"?><!DOCTYPE a><a></a>\n'),
        ("<!DOCTYPE a><!--c--><a/>", "<a></a>"),
        ("\n<a/>", "<a></a>"),
        ("<?pi x?><!DOCTYPE a><a/>", "<!DOCTYPE a><a></a>"),
        ("<a>t</a><!DOCTYPE b>", "<a>t</a><!DOCTYPE b>"),
    ],
)
def test_what_comes_before_the_root_goes_without_a_declaration(document, kept):
    assert called("RemoveXML", document, "//none") == kept


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("//text()", "<a><b></b>\n <c></c></a>\n"),
        ("/a/text()[2]", "<a>\n <b>1</b>\n <c>x</c></a>\n"),
        ("/a/c/preceding-sibling::node()", "<a>\n \n <c>x</c> y \n</a>\n"),
        ("/a[count(node())=4]/b", "<a>\n \n <c>x</c> y \n</a>\n"),
    ],
)
def test_white_space_is_passed_over_but_at_the_beginning(path, left):
    assert called("RemoveXML", "<a>\n <b>1</b>\n <c>x</c> y \n</a>\n", path) == left


def test_instructions_are_found_as_elements_but_never_shown_or_removed():
    document = "<a><?p x?><b/></a>"
    assert called("GetXML", document, "/a/*[2]") == "<b></b>"
    assert called("GetXML", document, "//p") == ""
    assert called("GetXML", document, "//processing-instruction('b')") == "<b></b>"
    assert called("RemoveXML", document, "/a/node()") == "<a><?p x?></a>"
    with pytest.raises(ottl.EvaluationError, match="non-element: 'p'"):
        called("InsertXML", document, "//p", "<z/>")


@pytest.mark.parametrize(
    ("document", "path", "text"),
    [
        ("<a>t<b/>u</a>", "//*", "<a>t<b></b></a><b></b>"),
        ("<a>t<b>u</b><!--c--><![CDATA[d]]></a>", "//node()", "<a>t<b>ud</b>ud</a>t<b>ud</b>ud"),
        ("<a><![CDATA[d]]><!--c--></a>", "//node()", "<a><![CDATA[d]]><!--c--></a>d"),
        ("<a><b/></a>", "/a/b", "<b></b>"),
        ("<a x='1'><b/>t</a>", "//@x|//b", "1<b></b>"),
    ],
)
def test_a_match_within_a_match_is_followed_by_the_later_ones(document, path, text):
    assert called("GetXML", document, path) == text


def test_matches_that_multiply_without_measure_are_refused():
    with pytest.raises(ottl.EvaluationError, match="the matches would make more"):
        called("GetXML", "<a>" * 60 + "</a>" * 60, "//*")
