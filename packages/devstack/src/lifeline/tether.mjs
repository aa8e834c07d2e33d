// Preloaded into every Node program of the stack: when the supervisor is gone, even by SIGKILL, the program ends too,
// so that nobody is left holding its port. The channel is the lifeline; the kernel closes it when the supervisor dies.
const HURRY_AFTER_MS = 12_000;

if (process.channel) {
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), HURRY_AFTER_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // A listener keeps the channel, and with it the program, alive; a program that is done must be able to end.
  process.channel.unref();
}
