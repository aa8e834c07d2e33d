import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

/** What AWS Signature Version 4 signs with; the SDK's credentials have this form. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface UnsignedRequest {
  /** Path of the server's endpoint, `/` on AWS. */
  readonly path: string;
  /** Header names in lower case with their values; all are signed. `host` must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface SigningScope {
  readonly credentials: SigningCredentials;
  readonly region: string;
  /** By the server's clock. */
  readonly date: Date;
}

/** Signs POST requests to SQS. One a client: it keeps the signing key of the day. */
export type Signer = (request: UnsignedRequest, scope: SigningScope) => Record<string, string>;

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 'sqs';

const hmac = (key: string | Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/**
 * AWS Signature Version 4 for one POST without a query, which is all that SQS's JSON protocol has.
 *
 * @returns the headers to send: the given ones, date, token, checksum and `authorization`.
 */
export function createSigner(): Signer {
  let kept: { secret: string; day: string; region: string; key: KeyObject } | undefined;

  /** Four hashes that change once a day, or with the credentials. */
  function signingKey(secret: string, day: string, region: string): KeyObject {
    if (kept?.secret !== secret || kept.day !== day || kept.region !== region) {
      const key = createSecretKey(hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), SERVICE), 'aws4_request'));
      kept = { secret, day, region, key };
    }
    return kept.key;
  }

  return ({ path, headers, body }, { credentials, region, date }) => {
    const moment = `${date.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const day = moment.slice(0, 8);
    const checksum = hash('sha256', body);
    const signed: Record<string, string> = Object.assign(
      { 'x-amz-date': moment, 'x-amz-content-sha256': checksum },
      headers,
    );
    if (credentials.sessionToken) signed['x-amz-security-token'] = credentials.sessionToken;
    const names = Object.keys(signed).sort();
    const nameList = names.join(';');
    let lines = '';
    for (const name of names) lines += `${name}:${canonicalValue(signed[name] as string)}\n`;
    const request = `POST\n${canonicalPath(path)}\n\n${lines}\n${nameList}\n${checksum}`;
    const scope = `${day}/${region}/${SERVICE}/aws4_request`;
    const text = `${ALGORITHM}\n${moment}\n${scope}\n${hash('sha256', request)}`;
    const signature = hmac(signingKey(credentials.secretAccessKey, day, region), text).toString('hex');
    signed['authorization'] =
      `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${nameList}, Signature=${signature}`;
    return signed;
  };
}

/** Blanks as the signature has them: each run is one, none at the ends. */
function canonicalValue(value: string): string {
  return /[\s]/.test(value)
    ? value
        .replace(/[\r\n]/g, ' ')
        .replace(/[ \t]+/g, ' ')
        .replace(/^ | $/g, '')
    : value;
}

/** The path normalised, then encoded once more: the rule of every service but S3. */
function canonicalPath(path: string): string {
  if (path === '/') return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const encoded = segments.map((segment) =>
    encodeURIComponent(segment).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  );
  return `/${encoded.join('/')}${encoded.length > 0 && path.endsWith('/') ? '/' : ''}`;
}
