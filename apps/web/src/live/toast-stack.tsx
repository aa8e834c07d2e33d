'use client';

import { X } from 'lucide';
import Link from 'next/link';
import { Toast } from 'radix-ui';
import { NotificationPicture } from '../notifications/picture';
import { Icon } from '../ui/icon';
import type { ToastContent } from './toasts';

const SHOWN_MS = 7000;

interface ToastStackProps {
  readonly toasts: readonly ToastContent[];
  readonly onGone: (id: string) => void;
}

/** The toasts at the lower right, over the tabs on a phone. */
export function ToastStack({ toasts, onGone }: ToastStackProps) {
  return (
    <Toast.Provider duration={SHOWN_MS} label="Notification" swipeDirection="right">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} onGone={() => onGone(toast.id)} />
      ))}
      <Toast.Viewport
        label="Toasts ({hotkey})"
        className="fixed right-0 bottom-0 z-50 flex w-96 max-w-full flex-col gap-2 p-4 outline-none max-md:bottom-14"
      />
    </Toast.Provider>
  );
}

function ToastCard({ toast, onGone }: { readonly toast: ToastContent; readonly onGone: () => void }) {
  return (
    <Toast.Root
      type="background"
      data-toast={toast.id}
      onOpenChange={(open) => {
        if (!open) onGone();
      }}
      className="flex items-start gap-3 rounded-lg border border-line bg-paper p-4 shadow-lift data-[state=open]:animate-rise data-[swipe=end]:animate-leave"
    >
      {toast.category ? <NotificationPicture category={toast.category} /> : null}
      <div className="min-w-0 flex-1">
        <Toast.Title className="font-semibold">{toast.title}</Toast.Title>
        {toast.body ? <Toast.Description className="text-ink-2 text-small">{toast.body}</Toast.Description> : null}
        {toast.href ? (
          <Toast.Action asChild altText="Open the notification">
            <Link href={toast.href} className="mt-1 inline-block font-medium text-small underline underline-offset-4">
              Open
            </Link>
          </Toast.Action>
        ) : null}
      </div>
      <Toast.Close
        aria-label="Close"
        className="-m-2 grid size-9 place-items-center max-md:size-11 rounded-md text-ink-2 hover:bg-sunk hover:text-ink"
      >
        <Icon of={X} className="size-4" />
      </Toast.Close>
    </Toast.Root>
  );
}
