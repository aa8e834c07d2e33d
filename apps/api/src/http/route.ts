import type { Database } from '@skelly/db';
import type { ClientEvents } from '@skelly/domain/client-event';
import type { Passwords } from '@skelly/domain/password';
import type { Delivery, PaymentProvider } from '@skelly/domain/payment';
import type { OpenedSession, Session } from '@skelly/domain/session';
import type { Balances, SpendingLimits, WalletService } from '@skelly/domain/wallet';
import type { CommandIdentity, EventSystem, UnitOfWork } from '@skelly/events';
import type { AppError } from '@skelly/types/errors';
import type { Device, Role } from '@skelly/types/user';
import type { z } from 'zod';

/** What routes work with. */
export interface Services {
  readonly database: Database;
  readonly events: EventSystem;
  readonly clientEvents: ClientEvents;
  readonly passwords: Passwords;
  readonly wallets: WalletService;
  /** What wallets hold, from memory where it can be. */
  readonly balances: Pick<Balances, 'read'>;
  /** What a role may hold and transfer now. */
  readonly limitsFor: (role: Role) => SpendingLimits;
  /** Null where nobody takes payments: then there are no top-ups. */
  readonly payments: PaymentProvider | null;
  readonly now: () => Date;
}

/**
 * Runs a command once per Idempotency-Key of the request, inside its unit of work: a repetition gets the first result.
 * Without a key it just runs.
 */
export type Once = <T>(work: UnitOfWork, run: () => Promise<T>) => Promise<T>;

/** Who asks: never null where the route asks for somebody. */
type SessionOf<Access extends RouteAccess> = Access extends 'anyone' ? Session | null : Session;

export interface RouteRequest<Body, Query, Path, Access extends RouteAccess> {
  readonly body: Body;
  readonly query: Query;
  readonly path: Path;
  readonly session: SessionOf<Access>;
  readonly once: Once;
  /** The command by its Idempotency-Key, for services that keep answers themselves; null without one. */
  readonly command: CommandIdentity | null;
  /** Says that the answer is the command's first one again; {@link once} does so itself. */
  readonly repeated: () => void;
  /** The request as it came in, where the route is `raw`. */
  readonly delivery: Delivery;
  /** Browser and system; null when the client does not say. */
  readonly device: Device | null;
}

/** An answer to be kept as a file. */
export interface ReplyFile {
  /** Letters, digits, dots and hyphens. */
  readonly name: string;
  readonly content: string;
}

export interface Reply<T = unknown> {
  readonly status: 200 | 201 | 204;
  readonly body?: T;
  /** In place of a body, where the route says which type of `file` it answers. */
  readonly file?: ReplyFile;
  /** Sets the session cookie, or takes it away. */
  readonly session?: OpenedSession | 'end';
}

/** Who may call a route: anyone, whoever is signed in, or the roles named. */
export type RouteAccess = 'anyone' | 'member' | readonly Role[];

/** One operation of the API: the server and the OpenAPI document are both made from it. */
export interface Route<
  Body extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Path extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Access extends RouteAccess = RouteAccess,
> {
  /** `put` settles state and is the same however often it comes; `post` may carry an Idempotency-Key, unless it is `keyless`. */
  readonly method: 'get' | 'post' | 'put';
  /** With parameters as `:name`. */
  readonly url: `/api/${string}`;
  readonly summary: string;
  readonly access: Access;
  readonly body?: Body;
  readonly query?: Query;
  readonly path?: Path;
  readonly response?: { readonly status: 200 | 201; readonly schema: Response };
  /** The media type of the file that it answers, where it answers no JSON. */
  readonly file?: 'text/csv';
  /** Codes of the errors that are the route's own, by status. */
  readonly errors?: Readonly<Record<number, readonly string[]>>;
  /** It takes no Idempotency-Key: its repetition must be done, or has keys of its own. */
  readonly keyless?: boolean;
  /** Failed calls of one client for one account are counted and bounded. */
  readonly throttled?: boolean;
  /** The body may also come as text/plain, as `navigator.sendBeacon` sends it when a page closes; see `readBeacon`. */
  readonly beacon?: boolean;
  /** Its body is not parsed but given as it came in, whatever its type, as what was signed is. */
  readonly raw?: boolean;
  /** Told of a request whose fields are not as the schemas have them. @returns what is answered in the place of its error. */
  readonly refused?: (
    request: { readonly error: AppError; readonly body: unknown; readonly session: SessionOf<Access> },
    services: Services,
  ) => Promise<AppError>;
  readonly handle: (
    request: RouteRequest<z.output<Body>, z.output<Query>, z.output<Path>, Access>,
    services: Services,
  ) => Promise<Reply<z.input<Response>>>;
}

/** Keeps the types of a route's schemas together; see {@link Route}. */
export function defineRoute<
  Body extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Path extends z.ZodType = z.ZodUndefined,
  Response extends z.ZodType = z.ZodUndefined,
  const Access extends RouteAccess = RouteAccess,
>(route: Route<Body, Query, Path, Response, Access>): Route {
  return route as unknown as Route;
}
