import { z } from 'zod';
import { streamPositionSchema } from '../http';

/** What a member may be allowed to do; each role includes nothing of another but what its pages state. */
export const ROLES = ['member', 'creator', 'support', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An address as members type it: trimmed and lower-cased, so one mailbox is one account. 254 characters is SMTP's limit. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'An email address has 254 characters at most.')
  .pipe(z.email('Enter an email address such as mara@example.com.'));

/** 200 characters bound the work of hashing. */
export const passwordSchema = z
  .string()
  .min(10, 'Use at least 10 characters.')
  .max(200, 'Use 200 characters at most.')
  .refine((value) => !value.includes('\u0000'), 'Leave out the null character.');

export const displayNameSchema = z
  .string()
  .trim()
  .min(1, 'Enter the name that others will see.')
  .max(40, 'Use 40 characters at most.')
  .refine((value) => !/\p{Cc}/u.test(value), 'Leave out control characters.');

export const registerBody = z.object({ email: emailSchema, password: passwordSchema, displayName: displayNameSchema });
export type RegisterBody = z.input<typeof registerBody>;

export const loginBody = z.object({
  email: emailSchema,
  password: z.string().min(1, 'Enter your password.').max(200, 'Use 200 characters at most.'),
});
export type LoginBody = z.input<typeof loginBody>;

export const verifyEmailBody = z.object({ token: z.string().min(20).max(200) });
export type VerifyEmailBody = z.input<typeof verifyEmailBody>;

export const registerResponse = z.object({ userId: z.uuid(), stream: streamPositionSchema });
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

export const meResponse = z.object({ user: memberSchema, stream: streamPositionSchema });
export type MeResponse = z.output<typeof meResponse>;
