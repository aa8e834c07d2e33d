// Runs in Bun: its native WebSocket server with its native publish and subscribe. Lines as in line-server.ts. Prints
// its ports, and ends with its standard input.
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  fetch: (request, bun) => (bun.upgrade(request) ? undefined : new Response('', { status: 426 })),
  websocket: {
    perMessageDeflate: false,
    open: (socket) => socket.subscribe('all'),
    message: () => undefined,
  },
});
let rest = '';
const control = Bun.listen({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    data(_socket, chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) server.publish('all', line.slice(line.indexOf(' ') + 1));
    },
  },
});
console.log(JSON.stringify({ port: server.port, control: control.port }));
for await (const _chunk of Bun.stdin.stream());
process.exit(0);
