"""The hand-over path: one async function for each stretch of a pipeline, counting as it goes.

A `Flow` is a border between two components: what crossed it, and what came back as an error. Counting is one addition
a payload and border; errors are sorted out only when there are any. (components.md 1.3, 1.11)
"""

from asyncio import CancelledError
from collections.abc import Callable, Sequence
from typing import Any

from collector.component import Consume, DeliveryError, Permanent, Retryable, Signal

__all__ = ["Flow", "Step", "chain", "fan_out"]


class Flow:
    """Items that crossed one border.

    `failed` of them met an error of the component right behind the border, `refused` an error further downstream.
    `signal` is set where a receiver of several signals is before it.
    """

    __slots__ = ("failed", "owner", "refused", "report", "signal", "total")

    def __init__(self, owner: str, report: Callable[[str, Exception], None]) -> None:
        self.owner = owner
        self.report = report
        self.signal: Signal | None = None
        self.total = 0
        self.failed = 0
        self.refused = 0

    @property
    def passed(self) -> int:
        """Items that the rest of the pipeline took."""
        return self.total - self.failed - self.refused


Step = tuple[Callable[[Any], Any], Flow]
"""A plain processor's work function and the border behind it."""


def chain(entry: Flow, steps: Sequence[Step], target: Consume) -> Consume:
    """A consumer that counts at `entry`, runs the steps in a loop and awaits the target."""
    if not steps:

        async def pass_on(payload: Any) -> None:
            items = payload.item_count
            entry.total += items
            try:
                await target(payload)
            except BaseException as error:
                fault = sort_out((entry,), (items,), error)
                if fault is None:
                    raise
                raise fault from error

        return pass_on

    steps = tuple(steps)
    flows = (entry, *(flow for _, flow in steps))

    async def consume(payload: Any) -> None:
        counts = []
        flow = entry
        try:
            for process, behind in steps:
                items = payload.item_count
                flow.total += items
                counts.append(items)
                payload = process(payload)
                if payload is None:
                    return
                flow = behind
            items = payload.item_count
            flow.total += items
            counts.append(items)
            await target(payload)
        except BaseException as error:
            fault = sort_out(flows, counts, error)
            if fault is None:
                raise
            raise fault from error

    return consume


def sort_out(flows: Sequence[Flow], counts: Sequence[int], error: BaseException) -> Permanent | None:
    """Count an error at the borders that its payload crossed; for a bug, give a `Permanent` that names the component.

    The last border crossed is the one before the component that raised, unless the error has been counted further on.
    """
    *before, last = zip(flows, counts, strict=False)
    for flow, items in before:
        flow.refused += items
    flow, items = last
    if isinstance(error, CancelledError) or getattr(error, "counted", False):
        flow.refused += items
        return None
    flow.failed += items
    if not isinstance(error, Exception):
        return None
    fault = None
    if not isinstance(error, DeliveryError):
        flow.report(flow.owner, error)
        error = fault = Permanent(f"{flow.owner}: {type(error).__name__}: {error}")
    error.counted = True
    return fault


def fan_out(targets: Sequence[tuple[Consume, bool]]) -> Consume:
    """A consumer that calls all targets one after another; each mutating one (True) gets a fork of its own.

    All are called even if one fails. The last mutating target gets the original where no other target keeps it.
    """
    if len(targets) == 1:
        return targets[0][0]
    sharing = [(target, False) for target, mutates in targets if not mutates]
    mutating = [(target, True) for target, mutates in targets if mutates]
    if not sharing:
        mutating[-1] = (mutating[-1][0], False)
    order = (*mutating, *sharing) if sharing else tuple(mutating)

    async def hand_over(payload: Any) -> None:
        errors: list[DeliveryError] = []
        for target, fork in order:
            try:
                await target(payload.fork() if fork else payload)
            except DeliveryError as error:
                errors.append(error)
        if errors:
            raise joined(errors)

    return hand_over


def joined(errors: Sequence[DeliveryError]) -> DeliveryError:
    """One error for several: permanent if any of them is, with the longest delay that a server asked for."""
    if len(errors) == 1:
        return errors[0]
    text = "; ".join(map(str, errors))
    code = next((error.code for error in errors if error.code is not None), None)
    error: DeliveryError
    if any(isinstance(error, Permanent) for error in errors):
        error = Permanent(text, code=code)
    else:
        after = max((error.after or 0.0 for error in errors if isinstance(error, Retryable)), default=0.0)
        error = Retryable(text, after=after or None, code=code)
    error.counted = True
    return error
