export { createProtocolSchema } from './document';
export { clientFrameSchema, clientFrames, serverFrameSchema, serverFrames } from './frames';
