'use client';

/** Within the session, which goes on: a page that could not be made forgets nothing that was sent from another. */
export { default } from '../error';
