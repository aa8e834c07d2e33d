import { type Metrics, timeBy } from '@skelly/runtime';
import type { Request, Response } from 'express';

/** Upper bounds in seconds. */
const SECONDS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Told of every request that was answered, and how long that took. */
export type RequestMeasure = (request: Request, response: Response, ms: number) => void;

/**
 * Measures requests by the route's pattern, never by the address: `none` for what has no route, whose method is not told either, as
 * anybody may invent one.
 */
export function measureRequests(metrics: Metrics): RequestMeasure {
  const answered = timeBy(metrics, {
    name: 'skelly_http_request_duration_seconds',
    help: 'Requests in seconds, by method, pattern of the route and status.',
    labels: ['method', 'route', 'status'],
    buckets: SECONDS,
  });
  return (request, response, ms) => {
    const pattern: unknown = request.route?.path;
    const status = String(response.statusCode);
    if (typeof pattern === 'string') answered(ms / 1_000, request.method, pattern, status);
    else answered(ms / 1_000, 'none', 'none', status);
  };
}
