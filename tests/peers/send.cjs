// Sends three spans with the OpenTelemetry JavaScript SDK: node send.cjs json|proto|grpc URL
const { trace, SpanKind, SpanStatusCode } = require('@opentelemetry/api');
const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { resourceFromAttributes } = require('@opentelemetry/resources');

const [, , how, url] = process.argv;
const packages = { json: 'http', proto: 'proto', grpc: 'grpc' };
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${packages[how]}`);

const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'browser', count: 3, ratio: 0.5, on: true, list: ['a', 'b'] }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
});
const tracer = provider.getTracer('peers', '1.0');
for (const name of ['one', 'two', 'drei ✓']) {
  const span = tracer.startSpan(name, {
    kind: SpanKind.CLIENT,
    attributes: { text: 'x', whole: 7, negative: -1, half: 2.5, yes: true, numbers: [1, 2] },
  });
  span.addEvent('happened', { detail: 'e' });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'bad' });
  span.end();
}
provider.shutdown().then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
