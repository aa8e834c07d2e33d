import type pg from 'pg';

/** Who gets an event of a type by one queue. */
export interface QueueRoutes {
  readonly queue: string;
  readonly routes: readonly { readonly handler: string; readonly since: number }[];
  /** All handlers, and the position from which on all of them get every event. */
  readonly handlers: readonly string[];
  readonly allSince: number;
}

/** The routes in force, by event type. */
export interface RouteTable {
  /** Changes whenever a route does. */
  readonly version: number;
  of(type: string): readonly QueueRoutes[];
  /** Every queue that has a route. */
  readonly queues: readonly string[];
}

export interface RouteRow {
  readonly type: string;
  readonly handler: string;
  readonly queue: string;
  readonly since: number;
}

export function buildRouteTable(version: number, rows: readonly RouteRow[]): RouteTable {
  const byType = new Map<string, Map<string, RouteRow[]>>();
  for (const row of rows) {
    const byQueue = byType.get(row.type) ?? new Map<string, RouteRow[]>();
    byQueue.set(row.queue, [...(byQueue.get(row.queue) ?? []), row]);
    byType.set(row.type, byQueue);
  }
  const table = new Map(
    [...byType].map(([type, byQueue]) => [type, [...byQueue].map(([queue, routes]) => queueRoutes(queue, routes))]),
  );
  return {
    version,
    of: (type) => table.get(type) ?? [],
    queues: [...new Set(rows.map((row) => row.queue))],
  };
}

function queueRoutes(queue: string, routes: readonly RouteRow[]): QueueRoutes {
  return {
    queue,
    routes,
    handlers: routes.map((route) => route.handler),
    allSince: Math.max(...routes.map((route) => route.since)),
  };
}

/** Handlers of a queue that an event at a position is for: those registered before it. */
export function handlersAt({ routes, handlers, allSince }: QueueRoutes, position: number): readonly string[] {
  if (position > allSince) return handlers;
  return routes.filter((route) => route.since < position).map((route) => route.handler);
}

/** The routes as a relay remembers them; read again when a claim shows that they have changed. */
export interface RouteCache {
  /**
   * @param version what the claim saw. An event is never claimed before the routes that were registered before it: the
   *   claim reads version and pointers in one snapshot.
   */
  at(client: pg.ClientBase | pg.Pool, version: number): Promise<RouteTable>;
  /** Reads them when they have changed, without a claim. */
  refresh(pool: pg.Pool): Promise<void>;
  /** The last table that was read. */
  readonly latest: RouteTable;
}

const LOAD = {
  name: 'routes-load',
  text: `select type, handler, queue, since_position as since, (select version from event_route_version) as version
         from event_route where retired_at is null order by type, handler`,
};

export function createRouteCache(): RouteCache {
  let latest = buildRouteTable(-1, []);
  const cache: RouteCache = {
    get latest() {
      return latest;
    },
    async refresh(pool) {
      const { rows } = await pool.query<{ version: number }>('select version from event_route_version');
      await cache.at(pool, rows[0]?.version ?? latest.version);
    },
    async at(client, version) {
      if (latest.version === version) return latest;
      const { rows } = await client.query<RouteRow & { version: number }>(LOAD);
      // Read later than the claim: newer routes than the claim's are right too, and their version is theirs.
      const loaded = buildRouteTable(rows[0]?.version ?? version, rows);
      latest = loaded;
      return loaded;
    },
  };
  return cache;
}
