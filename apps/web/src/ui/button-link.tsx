import Link from 'next/link';
import type { ComponentProps, ReactNode } from 'react';
import { buttonClass, type Look } from './button';

interface ButtonLinkProps extends ComponentProps<typeof Link> {
  readonly look?: Look;
  readonly children: ReactNode;
}

/** A link that looks like a button: it goes somewhere. */
export function ButtonLink({ look = 'primary', className, ...props }: ButtonLinkProps) {
  return <Link className={buttonClass(look, className)} {...props} />;
}
