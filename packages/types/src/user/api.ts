import { z } from 'zod';
import { channelPositionSchema } from '../http';
import { UNPRINTABLE, VISIBLE } from '../text';

/** What a member may be allowed to do; each role includes nothing of another but what its pages state. */
export const ROLES = ['member', 'creator', 'support', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An address as members type it: trimmed and lower-cased, so one mailbox is one account. 254 characters is SMTP's limit. */
export const emailSchema = z
  .string('Enter your email address.')
  .trim()
  .toLowerCase()
  .max(254, 'An email address has 254 characters at most.')
  .pipe(z.email('Enter an email address such as mara@example.com.'));

/** 200 characters bound the work of hashing. */
export const passwordSchema = z
  .string('Choose a password.')
  .min(10, 'Use at least 10 characters.')
  .max(200, 'Use 200 characters at most.')
  .refine((value) => !value.includes('\u0000'), 'Leave out the null character.');

/** The name that others see: it shows, and nothing in it can hide or turn the text around it. */
export const displayNameSchema = z
  .string('Enter the name that others will see.')
  .trim()
  .min(1, { error: 'Enter the name that others will see.', abort: true })
  .max(40, 'Use 40 characters at most.')
  .refine((value) => !UNPRINTABLE.test(value), 'Leave out characters that cannot be printed.')
  .refine((value) => VISIBLE.test(value), 'Use at least one character that can be seen.');

export const registerBody = z.object({ email: emailSchema, password: passwordSchema, displayName: displayNameSchema });
export type RegisterBody = z.input<typeof registerBody>;

export const loginBody = z.object({
  email: emailSchema,
  password: z.string('Enter your password.').min(1, 'Enter your password.').max(200, 'Use 200 characters at most.'),
});
export type LoginBody = z.input<typeof loginBody>;

export const verifyEmailBody = z.object({
  token: z
    .string('Give the token of the link in the mail.')
    .min(20, 'This is not the token of a link from us.')
    .max(200, 'This is not the token of a link from us.'),
});
export type VerifyEmailBody = z.input<typeof verifyEmailBody>;

/** Opens one live connection, or prolongs it: once, and until `expiresAt`. */
export const liveTokenResponse = z.object({ token: z.string(), expiresAt: z.iso.datetime() });

export const registerResponse = z.object({ userId: z.uuid(), stream: channelPositionSchema });
export type RegisterResponse = z.output<typeof registerResponse>;

export const userIdResponse = z.object({ userId: z.uuid() });

export const memberSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  displayName: z.string(),
  role: z.enum(ROLES),
  emailVerified: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type Member = z.output<typeof memberSchema>;

export const meResponse = z.object({ user: memberSchema, stream: channelPositionSchema });
export type MeResponse = z.output<typeof meResponse>;
