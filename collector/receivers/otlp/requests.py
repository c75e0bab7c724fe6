"""What gRPC and HTTP requests have in common: the context of a request, its body, and the gate before it."""

from asyncio import get_running_loop
from collections.abc import Mapping
from math import ceil
from types import MappingProxyType
from typing import Any

from collector.component import DeliveryError
from collector.net.budget import ByteBudget
from collector.net.codes import Code
from collector.net.exchange import Head
from collector.net.gate import Gate, Unauthenticated, metadata_of
from collector.net.inflate import inflate
from collector.pdata import Context
from collector.receivers.otlp.intake import Intake
from collector.receivers.otlp.status import Failure, Rejected, of_error

__all__ = ["Plan", "admitted", "take_inflated"]

nothing: Mapping[str, Any] = MappingProxyType({})


class Plan:
    """What a head says about its request, worked out once."""

    __slots__ = ("context", "encoding", "intake", "metadata", "timeout")

    def __init__(self, intake: Intake, encoding: str, head: Head, timeout: float | None, *, metadata: bool) -> None:
        self.intake = intake
        self.encoding = encoding
        self.timeout = timeout
        self.metadata = MappingProxyType(metadata_of(head)) if metadata else nothing
        self.context = Context(metadata=self.metadata)

    def context_of(self, client: str) -> Context:
        """The context of one request; the same object as long as nothing differs."""
        deadline = None
        if self.timeout is not None:
            # Rounded up to a tenth of a second, so that requests of one moment share a context.
            deadline = ceil((get_running_loop().time() + self.timeout) * 10) / 10
        context = self.context
        if context.client_address != client or context.deadline != deadline:
            context = self.context = Context(client, self.metadata, nothing, deadline)
        return context


async def admitted(gate: Gate, head: Head, context: Context) -> Context | Failure:
    """The context with what the authenticator says, or why the request may not come in."""
    try:
        attributes = await gate.admit(head)
    except Unauthenticated as error:
        return Failure(Code.UNAUTHENTICATED, str(error))
    except DeliveryError as error:
        return of_error(error)
    return Context(context.client_address, context.metadata, attributes, context.deadline)


async def take_inflated(
    plan: Plan, decode: Any, body: bytes, context: Context, limit: int, budget: ByteBudget
) -> Failure | Rejected | None:
    """Take a compressed body; its inflated bytes are in the budget as long as the pipeline is at work.

    Raises:
        TooLarge: it has more than `limit` bytes.
        Undecodable: it isn't what its encoding says.
    """
    data = inflate(plan.encoding, body, limit)
    size = len(data)
    budget.account(size)
    try:
        return await plan.intake.take(decode, data, context)
    finally:
        budget.release(size)
