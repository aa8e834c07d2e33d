import { processVariables } from '../env';

/** Handed from Jest's global setup to its test processes. */
const POSTGRES_URL = 'SKELLY_TEST_POSTGRES_URL';
const TEMPLATE = 'skelly_template';

/** What the tests of this run share: a Postgres server with a migrated template, and an SQS endpoint. */
export interface TestEnvironment {
  readonly postgresUrl: string;
  readonly sqsEndpoint: string | undefined;
}

export function publishTestEnvironment(environment: { postgresUrl: string; sqsEndpoint?: string }): void {
  const variables = processVariables();
  variables[POSTGRES_URL] = environment.postgresUrl;
  if (environment.sqsEndpoint) variables['AWS_ENDPOINT_URL_SQS'] = environment.sqsEndpoint;
  variables['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  variables['AWS_ACCESS_KEY_ID'] ??= 'local';
  variables['AWS_SECRET_ACCESS_KEY'] ??= 'local';
}

/** @throws Error outside the `int` project, whose setup starts the servers. */
export function testEnvironment(): TestEnvironment {
  const variables = processVariables();
  const postgresUrl = variables[POSTGRES_URL];
  if (!postgresUrl) throw new Error('This test needs Postgres: name its file *.int.test.ts or *.sqs.test.ts.');
  return { postgresUrl, sqsEndpoint: variables['AWS_ENDPOINT_URL_SQS'] };
}

/** A server's URL, with another database's name in it. */
export function databaseUrl(postgresUrl: string, database: string): string {
  const url = new URL(postgresUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

export { TEMPLATE };
