import { readEnv } from '../../../env';

export const dynamic = 'force-dynamic';

/** Ready: the API, without which no page has anything to show, answers within a second. */
export async function GET(): Promise<Response> {
  const { API_INTERNAL_URL } = readEnv();
  try {
    const answer = await fetch(`${API_INTERNAL_URL}/health/live`, {
      cache: 'no-store',
      signal: AbortSignal.timeout(1000),
    });
    if (answer.ok) return Response.json({ status: 'ready' });
  } catch {
    // Not reachable: said below.
  }
  return Response.json(
    { status: 'waiting', waitingFor: [`api at ${new URL(API_INTERNAL_URL).host}`] },
    { status: 503 },
  );
}
