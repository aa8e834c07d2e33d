import { problemSchema } from '@skelly/types/http';
import { z } from 'zod';
import type { Route } from '../http/route';

const COMMON_ERRORS = {
  400: 'The request is not as it should be.',
  413: 'The body is larger than 100 kB.',
  503: 'A dependency is away; try again after Retry-After.',
};

const OPERATION = { get: 'Get', post: 'Post', put: 'Put' } as const;

/** The OpenAPI 3.1 document of the routes; generated, so that it cannot say anything else than the server does. */
export function createOpenApiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const url = route.url.replace(/:(\w+)/g, '{$1}');
    paths[url] = { ...paths[url], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Skelly API',
      version: '1',
      description: 'Commands in, state out. Events come back over the live protocol.',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'skelly_session',
          description: '`__Host-skelly_session` on https.',
        },
      },
    },
  };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' });
  return rest;
}

function operation(route: Route): object {
  return {
    operationId:
      route.url
        .slice('/api/'.length)
        .replace(/[^a-zA-Z]+(.)?/g, (_match, next: string | undefined) => (next ?? '').toUpperCase()) +
      OPERATION[route.method],
    summary: route.summary,
    security: route.access === 'anyone' ? [] : [{ session: [] }],
    ...(typeof route.access === 'object' ? { 'x-roles': route.access } : {}),
    parameters: parametersOf(route),
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: jsonSchema(route.body, 'input') },
              // The same JSON, as a beacon carries it.
              ...(route.beacon ? { 'text/plain': { schema: { type: 'string' } } } : {}),
            },
          },
        }
      : {}),
    // What comes with a signature is described by whoever signs it.
    ...(route.raw ? { requestBody: { required: true, content: { '*/*': { schema: { type: 'string' } } } } } : {}),
    responses: responsesOf(route),
  };
}

function parametersOf(route: Route): object[] {
  const idempotencyKey = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Repeat a command with the same key and body to get its first answer instead of a second effect. Kept for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  };
  const member = {
    name: 'X-Skelly-Member',
    in: 'header',
    required: false,
    description: 'The id of the member that this is meant for. Refused when another one is signed in.',
    schema: { type: 'string' },
  };
  return [
    ...fields(route.path, 'path'),
    ...fields(route.query, 'query'),
    ...(route.access === 'anyone' ? [] : [member]),
    ...(route.method === 'post' && !route.keyless ? [idempotencyKey] : []),
  ];
}

function fields(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function responsesOf(route: Route): object {
  const problem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  const errors: Record<string, string> = { ...COMMON_ERRORS };
  if (route.access !== 'anyone')
    errors[401] = 'Not signed in: `unauthenticated`. Or another member is: `another_member`.';
  if (route.method !== 'get') errors[403] = 'Sent by another site’s page: `cross_site`.';
  if (route.method === 'post' && !route.keyless) {
    errors[422] = 'The key was used with another request: `idempotency_key_reused`.';
  }
  if (typeof route.access === 'object') errors[403] = `For ${route.access.join(' and ')} only: \`forbidden\`.`;
  for (const [status, codes] of Object.entries(route.errors ?? {})) {
    const own = codes.map((code) => `\`${code}\``).join(', ');
    errors[status] = errors[status] === undefined ? own : `${errors[status]} Or ${own}.`;
  }
  const success = route.file
    ? { 200: { description: 'A file.', content: { [route.file]: { schema: { type: 'string' } } } } }
    : jsonResponse(route);
  return {
    ...success,
    ...Object.fromEntries(Object.entries(errors).map(([status, description]) => [status, problem(description)])),
  };
}

function jsonResponse(route: Route): object {
  return route.response
    ? {
        [route.response.status]: {
          description: 'Done.',
          content: { 'application/json': { schema: jsonSchema(route.response.schema, 'output') } },
        },
      }
    : { 204: { description: 'Done.' } };
}
