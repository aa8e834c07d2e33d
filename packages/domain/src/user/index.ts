export { requestVerification, VERIFICATION_DAYS, type VerificationRequest, verifyEmail } from './email-verification';
export { createPasswords, type Passwords } from './passwords';
export { findCredentials, getMember, grantRole, type Registration, registerMember } from './user';
