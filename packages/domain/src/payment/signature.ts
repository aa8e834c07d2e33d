import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@skelly/types/errors';

/** Milliseconds by which a delivery's time may differ from ours: a repetition after it is signed anew. */
const TOLERANCE_MS = 5 * 60_000;

const HEADER = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/** The value of a signature header: seconds since 1970, and the HMAC-SHA256 of `{seconds}.{body}`. */
export function signDelivery(secret: Buffer, body: Buffer, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  return `t=${seconds},v1=${hmac(secret, seconds, body).toString('hex')}`;
}

/** @throws AppError `webhook_signature_invalid`, or `webhook_expired` when it is right and more than five minutes off. */
export function verifySignature(secret: Buffer, header: string | undefined, body: Buffer, now: Date): void {
  const [, time, given] = HEADER.exec(header ?? '') ?? [];
  const seconds = Number(time);
  // Compared in full also where the header says nothing, in the same time for every wrong one.
  const isRight = timingSafeEqual(hmac(secret, seconds, body), Buffer.from(given ?? '0'.repeat(64), 'hex'));
  if (time === undefined || !isRight)
    throw refused('webhook_signature_invalid', 'The signature does not belong to this body.');
  if (Math.abs(now.getTime() - seconds * 1_000) > TOLERANCE_MS)
    throw refused('webhook_expired', 'The signature is more than five minutes off. Sign the delivery again.');
}

function hmac(secret: Buffer, seconds: number, body: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}

function refused(code: string, message: string): AppError {
  return new AppError({ kind: 'unauthenticated', code, message });
}
