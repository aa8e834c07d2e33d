/** For this tab only, and never in an address bar. */
const KEY = 'skelly-email';

/** Keeps the address that a visitor typed on the way from one form to the other. */
export function keepEmail(email: string): void {
  sessionStorage.setItem(KEY, email);
}

/** The kept address, once. */
export function takeKeptEmail(): string {
  const email = sessionStorage.getItem(KEY) ?? '';
  sessionStorage.removeItem(KEY);
  return email;
}
