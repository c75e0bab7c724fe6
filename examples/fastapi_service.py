"""A FastAPI service with a collector inside: its own spans go there without a port, and browsers or other services may
send theirs by OTLP/HTTP to `/otlp/v1/traces`.

    COLLECTOR_CONFIG=examples/fastapi_service.yaml uvicorn --app-dir examples fastapi_service:app
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from collector import Collector

CONFIG = os.environ.get("COLLECTOR_CONFIG", Path(__file__).with_suffix(".yaml"))

collector = Collector.from_file(CONFIG, listen=False)
provider = TracerProvider(resource=Resource.create({"service.name": "orders"}))
tracer = provider.get_tracer("orders")


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    async with collector:
        processor = BatchSpanProcessor(collector.span_exporter(), schedule_delay_millis=500)
        provider.add_span_processor(processor)
        yield
        await flushed(processor)


async def flushed(processor: BatchSpanProcessor) -> None:
    """The SDK flushes in the calling thread; the collector runs in this one and must be free to take the spans."""
    await asyncio.to_thread(processor.shutdown)


app = FastAPI(lifespan=lifespan)
app.mount("/otlp", collector.asgi())


@app.get("/orders/{order}")
async def order(order: int) -> dict[str, object]:
    with tracer.start_as_current_span("GET /orders/{order}", attributes={"order": order}):
        return {"order": order, "state": "paid"}


@app.get("/accepted")
async def accepted() -> dict[str, float]:
    """How many spans the collector has taken; its own metrics are readable without a port, too."""
    return {"spans": collector.metric("otelcol_receiver_accepted_spans")}
