import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { describeError } from '@skelly/types/errors';
import type { Logger } from '../log';
import type { SpanEnd, SpanStart, TraceSpan, Tracing, TracingSettings } from './tracing';

/** Spans that wait at most; more are dropped. And spans of one request to the collector. */
const QUEUED = 8_192;
const AT_ONCE = 1_024;
/** Milliseconds until spans are sent that are fewer than that. */
const DELAY_MS = 1_000;
/** Milliseconds that a request to the collector, and the end, may take. */
const TIMEOUT_MS = 5_000;

const KINDS = { server: SpanKind.SERVER, producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER };

/** Records by OpenTelemetry's SDK, without its globals: whoever starts a span says what it belongs to. */
export function createOtlpTracing(options: {
  readonly service: string;
  readonly instance: string;
  readonly endpoint: string;
  readonly settings: TracingSettings;
  readonly log: Logger;
}): Tracing {
  const { service, instance, endpoint, settings, log } = options;
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: { ...settings.OTEL_EXPORTER_OTLP_HEADERS },
    timeoutMillis: TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    sampler: samplerOf(settings),
    resource: resourceFromAttributes({
      ...settings.OTEL_RESOURCE_ATTRIBUTES,
      'service.name': `skelly-${service}`,
      'service.instance.id': instance,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: QUEUED,
        maxExportBatchSize: AT_ONCE,
        scheduledDelayMillis: DELAY_MS,
        exportTimeoutMillis: TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('skelly');
  log.info({ endpoint: new URL(endpoint).host, sampler: settings.OTEL_TRACES_SAMPLER }, 'traces are recorded');

  return {
    start({ name, kind, parent, links, attributes, startedAt }: SpanStart) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          ...(attributes ? { attributes: attributes as Attributes } : {}),
          ...(startedAt === undefined ? {} : { startTime: startedAt }),
          ...(links ? { links: links.map((link) => ({ context: contextOf(link) })) } : {}),
        },
        within(parent),
      );
      return new OtlpSpan(span);
    },
    async close() {
      await provider.shutdown().catch((error) => log.warn({ err: error }, 'the last spans could not be sent'));
    },
  };
}

class OtlpSpan implements TraceSpan {
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-${traceFlags & 1 ? '01' : '00'}`;
  }

  end({ name, attributes, failure }: SpanEnd = {}): void {
    const span = this.#span;
    if (name !== undefined) span.updateName(name);
    if (attributes) span.setAttributes(attributes as Attributes);
    if (failure !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', describeError(failure).name);
    }
    span.end();
  }
}

function within(parent: string | null): Context {
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, contextOf(parent));
}

/** Of a `traceparent` of version 00, whose parts have fixed places. */
function contextOf(traceparent: string): SpanContext {
  return {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: Number.parseInt(traceparent.slice(53), 16) & 1,
    isRemote: true,
  };
}

function samplerOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio }: TracingSettings): Sampler {
  const root = name.endsWith('always_off')
    ? new AlwaysOffSampler()
    : name.endsWith('traceidratio')
      ? new TraceIdRatioBasedSampler(ratio)
      : new AlwaysOnSampler();
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}
