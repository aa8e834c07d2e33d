// Checks docker-compose.yml with the loader of the compose specification itself, then what Skelly relies on in the
// resolved model. Fails where the loader cannot be had: a check that does not run proves nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOADER = 'github.com/compose-spec/compose-go/v2/cmd@v2.16.2';
const LOCALSTACK_IMAGE = 'localstack/localstack:4.14.0';
const SERVICES = ['localstack', 'mailpit', 'postgres', 'valkey'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const file = process.argv[2] ?? join(root, 'docker-compose.yml');
const cache = join(process.env.SKELLY_CACHE_DIR ?? join(root, '.skelly', 'cache'), 'compose-loader');

const model = resolve(findLoader(), file);
const problems = [...checkServices(model.services ?? {})];
if (problems.length > 0) fail(`${file} loads, but:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
console.log(`${file}: ${SERVICES.join(', ')}; all health-checked, SQS by ${LOCALSTACK_IMAGE}`);

function findLoader() {
  const loader = join(cache, LOADER.split('@')[1], 'cmd');
  if (existsSync(loader)) return loader;
  mkdirSync(dirname(loader), { recursive: true });
  console.log(`Installing the compose loader (${LOADER})`);
  const { status, error } = spawnSync('go', ['install', LOADER], {
    stdio: 'inherit',
    env: { ...process.env, GOBIN: dirname(loader), GOFLAGS: '-mod=mod' },
  });
  if (status !== 0)
    fail(
      `The compose loader cannot be had: ${error ? error.message : `go install ended with status ${status}`}. It needs Go (https://go.dev) and the network once.`,
    );
  return loader;
}

function resolve(loader, path) {
  const { status, stdout, stderr } = spawnSync(loader, ['-format', 'json', path], {
    cwd: dirname(path),
    encoding: 'utf8',
  });
  if (status !== 0) fail(`${path} is no valid compose file:\n${stderr || stdout}`);
  return JSON.parse(stdout);
}

function* checkServices(services) {
  const names = Object.keys(services).sort();
  if (names.join() !== SERVICES.join()) yield `its services are ${names.join(', ')}, not ${SERVICES.join(', ')}`;
  if (services.localstack?.image !== LOCALSTACK_IMAGE)
    yield `localstack runs ${services.localstack?.image}, not ${LOCALSTACK_IMAGE}`;
  if (services.localstack?.environment?.SERVICES !== 'sqs') yield 'localstack does not limit itself to SQS';
  for (const [name, service] of Object.entries(services)) {
    if (!service.healthcheck?.test?.length) yield `${name} has no health check, so nothing can wait for it`;
    if (!service.ports?.every((port) => port.host_ip === '127.0.0.1')) yield `${name} is published beyond this machine`;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
