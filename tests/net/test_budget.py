import asyncio

from collector.net.budget import ByteBudget, default_limit


async def test_what_fits_is_admitted_at_once():
    budget = ByteBudget(100)

    assert await budget.admit(60)
    assert await budget.admit(40)
    assert budget.used == 100


async def test_the_first_in_line_is_admitted_first():
    budget = ByteBudget(100)
    budget.account(100)
    order = []

    async def want(size):
        assert await budget.admit(size)
        order.append(size)

    tasks = [asyncio.create_task(want(size)) for size in (80, 10)]
    await asyncio.sleep(0)
    budget.release(50)
    await asyncio.sleep(0)
    assert order == []  # 10 would fit, but 80 came before it

    budget.release(50)
    await asyncio.gather(*tasks)
    assert order == [80, 10]
    assert budget.used == 90


async def test_who_waits_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("collector.net.budget.wait_seconds", 0.01)
    budget = ByteBudget(100)
    budget.account(100)

    assert not await budget.admit(1)
    assert budget.used == 100
    budget.release(100)
    assert await budget.admit(1)


async def test_a_refusal_lets_the_next_in_line_through(monkeypatch):
    monkeypatch.setattr("collector.net.budget.wait_seconds", 0.01)
    budget = ByteBudget(100)
    budget.account(50)
    first = asyncio.create_task(budget.admit(80))
    await asyncio.sleep(0)
    monkeypatch.setattr("collector.net.budget.wait_seconds", 10)
    second = asyncio.create_task(budget.admit(20))

    assert not await first
    assert await second


async def test_accounting_never_waits_and_may_pass_the_limit():
    budget = ByteBudget(100)
    budget.account(150)

    assert budget.used == 150
    assert not budget.room
    assert not budget.fits(1)


async def test_a_body_larger_than_the_budget_is_admitted_when_it_is_alone():
    budget = ByteBudget(100)

    assert await budget.admit(500)
    assert not budget.fits(1)


def test_the_default_limit_is_at_most_512_mib():
    assert 0 < default_limit() <= 512 << 20
