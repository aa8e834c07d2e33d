export { requestVerification, VERIFICATION_DAYS, type VerificationRequest, verifyEmail } from './email-verification';
export { findCredentials, getMember, grantRole, isMember, type Registration, registerMember } from './user';
