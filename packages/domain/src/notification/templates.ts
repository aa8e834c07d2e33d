import type { MessageData, Notification, NotificationMessage } from '@skelly/types/notification';
import type { NotificationCategory } from '@skelly/types/notification-category';
import type { Role } from '@skelly/types/user';
import { layoutMail, type MailText } from './mail-layout';
import { requestHref, requestWords } from './request-words';

/** The words of a notification, before it has an id and a time. */
export type NotificationText = Pick<Notification, 'title' | 'body' | 'href'>;

/** Whom a mail is for, and where its links lead. */
export interface MailReader {
  readonly displayName: string;
  readonly publicUrl: string;
}

interface Template<Data, MailData = Data> {
  readonly inApp: (data: Data) => NotificationText;
  readonly mail: (data: MailData, reader: MailReader) => MailText;
}

/** What the welcome mail needs beyond the notification: the link by which the address is confirmed, and for how many days. */
export interface WelcomeMailData {
  readonly link: string;
  readonly days: number;
}

const roleWords: Record<Role, string> = {
  member: 'a member',
  creator: 'a creator',
  support: 'part of the support team',
  admin: 'an admin',
};

/** A template for each category; one without does not compile. */
const templates: {
  readonly [C in NotificationCategory]: C extends 'welcome'
    ? Template<MessageData<C>, WelcomeMailData>
    : Template<MessageData<C>>;
} = {
  welcome: {
    inApp: () => ({
      title: 'Welcome to Skelly',
      body: 'Your account is ready. Confirm your address with the link that we have sent you.',
      href: '/home',
    }),
    mail: ({ link, days }, { displayName }) =>
      layoutMail({
        subject: 'Welcome to Skelly: confirm your address',
        greeting: `Hello ${displayName}`,
        heading: `Welcome, ${displayName}`,
        text: 'One step is left: confirm your address and your account is complete.',
        action: { label: 'Confirm my address', link },
        small: `The link works once, for ${days} days. If you did not ask for an account, leave it be: nothing happens.`,
      }),
  },
  account: {
    inApp: (data) => {
      const { title, text, path } = accountWords(data);
      return { title, body: text, href: path };
    },
    mail: (data, { displayName, publicUrl }) => {
      const { title, subject, text, path, action } = accountWords(data);
      return layoutMail({
        subject,
        greeting: `Hello ${displayName}`,
        heading: title,
        text,
        action: { label: action, link: new URL(path, publicUrl).href },
        small: settingsHint(publicUrl),
      });
    },
  },
  security: {
    inApp: ({ device }) => ({
      title: `New sign-in from ${device}`,
      body: 'We have not seen this browser before. If it was not you, somebody knows your password.',
      href: null,
    }),
    mail: ({ device, at }, { displayName, publicUrl }) =>
      layoutMail({
        subject: `New sign-in to Skelly from ${device}`,
        greeting: `Hello ${displayName}`,
        heading: 'A browser that we have not seen before',
        text: `Somebody signed in to your account from ${device} on ${momentWords(at)}. If it was you, all is well. If it was not you, somebody knows your password.`,
        action: { label: 'See your account', link: new URL('/home', publicUrl).href },
        small: settingsHint(publicUrl),
      }),
  },
  requests: {
    inApp: (data) => ({ ...requestWords(data), href: requestHref(data) }),
    mail: (data, { displayName, publicUrl }) => {
      const { title, body } = requestWords(data);
      return layoutMail({
        subject: title,
        greeting: `Hello ${displayName}`,
        heading: title,
        text: body,
        action: { label: 'Open the request', link: new URL(requestHref(data), publicUrl).href },
        small: settingsHint(publicUrl),
      });
    },
  },
};

function accountWords(data: MessageData<'account'>) {
  if ('role' in data)
    return {
      title: `You are ${roleWords[data.role]} now`,
      subject: `You are ${roleWords[data.role]} on Skelly now`,
      text: 'Your role was changed. What you may do has changed with it, on every device.',
      path: '/home',
      action: 'Open Skelly',
    };
  const { earned, currency, what } = data;
  const title = `You earned ${earned.toLocaleString('en')} ${currency}${what === null ? '' : ` for ${what}`}`;
  const text = 'It is among your earnings. Collect it in your wallet, and it is yours to spend.';
  return { title, subject: title, text, path: '/wallet', action: 'Open your wallet' };
}

/** A notification's words in the app. */
export function inAppText({ category, data }: NotificationMessage): NotificationText {
  // The message's type pairs category and data; an index by one of them loses that.
  return templates[category].inApp(data as never);
}

/** A notification's words in a mail. The welcome has a mail of its own: {@link welcomeMailText}. */
export function mailText(
  { category, data }: Exclude<NotificationMessage, { category: 'welcome' }>,
  reader: MailReader,
): MailText {
  return templates[category].mail(data as never, reader);
}

/** The welcome mail, with the link by which the address is confirmed. */
export function welcomeMailText(data: WelcomeMailData, reader: MailReader): MailText {
  return templates.welcome.mail(data, reader);
}

function settingsHint(publicUrl: string): string {
  return `You choose what we mail you: ${new URL('/settings/notifications', publicUrl).href}`;
}

function momentWords(at: string): string {
  return `${new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(at))} UTC`;
}
