import { z } from 'zod';
import { url } from './kinds';

/** Pairs such as `a=1,b=2`, as OpenTelemetry's variables have them; values are percent-encoded. */
function pairs(description: string) {
  return z
    .string()
    .regex(/^[^=,\s]+=[^,]*(?:,[^=,\s]+=[^,]*)*$/, 'must be pairs such as name=value,other=value')
    .transform((text) =>
      Object.fromEntries(
        text.split(',').map((pair) => {
          const at = pair.indexOf('=');
          return [pair.slice(0, at), decode(pair.slice(at + 1).trim())];
        }),
      ),
    )
    .optional()
    .meta({ description });
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Where spans go; names and meaning are OpenTelemetry's. */
export const tracingEnv = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url({
    protocols: ['http:', 'https:'],
    description: 'OTLP collector over HTTP; nothing is traced when missing',
  }).optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairs('headers for the collector, such as a key'),
  OTEL_RESOURCE_ATTRIBUTES: pairs('what every span says of where it comes from'),
  OTEL_TRACES_SAMPLER: z
    .enum(
      [
        'always_on',
        'always_off',
        'traceidratio',
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
      ],
      'must be always_on, always_off or traceidratio, or one of these after parentbased_',
    )
    .default('parentbased_always_on')
    .meta({ description: 'which traces are recorded; parentbased_ does as the caller does' }),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('must be a number from 0 to 1')
    .min(0, 'must be 0 or more')
    .max(1, 'must be 1 or less')
    .default(1)
    .meta({ description: 'share of traces that traceidratio records' }),
};
