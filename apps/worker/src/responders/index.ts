import type { Responder } from '@skelly/events';
import type { Mailer } from '../mail/mailer';
import { createMailCheck } from './system/mail-check';

/** What the responders need from outside. */
export interface ResponderPorts {
  readonly mailer: Pick<Mailer, 'check'>;
}

/** Who answers what other processes ask; one for each version of a query at most. */
export function createResponders(ports: ResponderPorts): readonly Responder[] {
  return [createMailCheck(ports)];
}
