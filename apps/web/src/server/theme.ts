import { cookies } from 'next/headers';
import { THEME_COOKIE, type Theme } from '../ui/theme';

/** The theme that the visitor chose, or undefined: then the system's. */
export async function chosenTheme(): Promise<Theme | undefined> {
  const value = (await cookies()).get(THEME_COOKIE)?.value;
  return value === 'light' || value === 'dark' ? value : undefined;
}
