from collector.net.budget import ByteBudget
from collector.net.share import Share

MIB = 1 << 20


def test_connections_share_an_eighth_of_the_budget():
    share = Share(ByteBudget(16 * MIB))
    assert share.window() == MIB
    share.connections = 8
    assert share.window() == MIB // 4
    share.connections = 1_000
    assert share.window() == 65_535


def test_near_the_end_of_the_budget_they_share_what_is_left():
    share = Share(ByteBudget(64 * MIB))
    share.connections = 4
    assert share.window() == MIB
    share.budget.account(62 * MIB)
    assert share.window() == MIB // 2
    assert share.low == MIB // 4
    share.budget.account(3 * MIB)
    assert share.window() == 65_535
