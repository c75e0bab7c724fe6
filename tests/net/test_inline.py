import asyncio

from collector.net.inline import Inline


async def in_callback(start):
    """Run `start(inline)` where protocols run: in a callback of the loop."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    loop.call_soon(lambda: done.set_result(start(Inline(loop))))
    return await done


async def test_a_coroutine_that_never_waits_gives_its_result_at_once():
    async def work():
        return 7

    assert await in_callback(lambda inline: inline.start(work())) == 7


async def test_a_coroutine_that_waits_becomes_a_task():
    event = asyncio.Event()

    async def work():
        await event.wait()
        await asyncio.sleep(0)
        return 7

    task = await in_callback(lambda inline: inline.start(work()))
    assert not task.done()
    event.set()
    assert await task == 7


async def test_timeouts_work_in_the_first_step():
    async def work():
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            return "timed out"

    assert await (await in_callback(lambda inline: inline.start(work()))) == "timed out"


async def test_errors_after_waiting_reach_the_task():
    async def work():
        await asyncio.sleep(0)
        raise ValueError("late")

    task = await in_callback(lambda inline: inline.start(work()))
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], ValueError)


async def test_a_cancelled_task_cancels_the_coroutine():
    seen = []

    async def work():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    task = await in_callback(lambda inline: inline.start(work()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert seen == ["cancelled"]
