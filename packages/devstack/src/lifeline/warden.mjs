// Watches over programs that cannot carry a tether (Postgres, LocalStack, file watchers). It learns of them over its
// channel and, when the supervisor is gone, stops them: everything else first, Postgres last.
const STOP_WITHIN_MS = 10_000;

/** @type {Map<number, {signal: NodeJS.Signals, last: boolean}>} */
const wards = new Map();

process.on('message', ({ add, remove }) => {
  if (add) wards.set(add.pid, add);
  if (remove) wards.delete(remove);
});

// Only the end of the channel ends the warden: a Ctrl-C meant for the supervisor must not.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});

process.once('disconnect', async () => {
  await stop([...wards.values()].filter((ward) => !ward.last));
  await stop([...wards.values()].filter((ward) => ward.last));
  process.exit(0);
});

async function stop(group) {
  for (const ward of group) send(ward.pid, ward.signal);
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (group.some((ward) => send(ward.pid, 0)) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const ward of group) send(-ward.pid, 'SIGKILL');
}

function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
