import { z } from 'zod';
import { LIVE_PROTOCOL_VERSION } from '../live';
import { clientFrames, serverFrames } from './frames';

/** The live protocol's frames as one JSON Schema (draft 2020-12): `#/$defs/ClientFrame` and `#/$defs/ServerFrame`. */
export function createProtocolSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Skelly live protocol, version ${LIVE_PROTOCOL_VERSION}`,
    description: 'Frames are JSON objects, one a WebSocket text message. Their meaning and order: protocol.md.',
    $defs: {
      ClientFrame: oneOf(clientFrames),
      ServerFrame: oneOf(serverFrames),
      ...definitions(clientFrames),
      ...definitions(serverFrames),
    },
  };
}

function oneOf(frames: Readonly<Record<string, z.ZodType>>): object {
  return { oneOf: Object.keys(frames).map((name) => ({ $ref: `#/$defs/${name}` })) };
}

function definitions(frames: Readonly<Record<string, z.ZodType>>): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(frames).map(([name, frame]) => {
      const { $schema: _dialect, ...definition } = z.toJSONSchema(frame, { target: 'draft-2020-12', io: 'input' });
      return [name, definition];
    }),
  );
}
