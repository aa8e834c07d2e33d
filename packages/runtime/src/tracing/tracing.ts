import type { Logger } from '../log';

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What is known when something begins. */
export interface SpanStart {
  readonly name: string;
  readonly kind: 'server' | 'producer' | 'consumer';
  /** W3C `traceparent` of what set it in motion; null begins a trace. */
  readonly parent: string | null;
  /** Others that it belongs to, by their `traceparent`. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
  /** Milliseconds since 1970. @defaultValue now */
  readonly startedAt?: number;
}

/** What is known when it ends. */
export interface SpanEnd {
  /** A better name. */
  readonly name?: string;
  readonly attributes?: SpanAttributes;
  /** Why it failed; only the error's name is told, as its text may name people. */
  readonly failure?: unknown;
}

export interface TraceSpan {
  /** For what it sets in motion in turn. Its flag says whether the trace is recorded. */
  readonly traceparent: string;
  /** Ends it, once. */
  end(how?: SpanEnd): void;
}

/** A process' way to tell what it did for a request. */
export interface Tracing {
  start(span: SpanStart): TraceSpan;
  /** Sends what waits, within five seconds, and records no more. */
  close(): Promise<void>;
}

/** As `tracingEnv` reads it. */
export interface TracingSettings {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
  readonly OTEL_TRACES_SAMPLER: 'always_on' | 'always_off' | 'traceidratio' | ParentBased;
  readonly OTEL_TRACES_SAMPLER_ARG: number;
}
type ParentBased = 'parentbased_always_on' | 'parentbased_always_off' | 'parentbased_traceidratio';

/**
 * Spans to an OTLP collector, where one is set; undefined otherwise, and then OpenTelemetry is not even loaded. A collector that is away
 * costs spans and nothing else.
 */
export async function createTracing(
  settings: TracingSettings,
  options: { readonly service: string; readonly instance: string; readonly log: Logger },
): Promise<Tracing | undefined> {
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return undefined;
  const { createOtlpTracing } = await import('./otlp');
  return createOtlpTracing({ ...options, endpoint, settings });
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C Trace Context of version 00; null for what is not one. */
export function readTraceparent(given: string | undefined): string | null {
  return given !== undefined && TRACEPARENT.test(given) ? given : null;
}
