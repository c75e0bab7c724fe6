"""Programs from outside, which some tests need.

A test whose program is absent is skipped, naming what to install; with TELEPIPE_REQUIRE_PEERS=1 it fails.
"""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def absent():
    """`absent(what, remedy)`: skip, or fail where peers are required."""

    def end(what, remedy):
        text = f"needs {what}; {remedy}"
        if os.environ.get("TELEPIPE_REQUIRE_PEERS") == "1":
            pytest.fail(text)
        pytest.skip(text)

    return end


@pytest.fixture(scope="session")
def program(absent):
    """The path of a program: `program(name, package)`."""

    def find(name, package):
        return shutil.which(name) or absent(name, f"install {package}")

    return find
