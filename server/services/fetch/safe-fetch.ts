/**
 * Fetches what a person names by URL, and never anything of this server's own network: the name is resolved here, every
 * address it has must be a public one, and the connection goes to the very address that was looked at, so that a name which
 * changes between the look and the connection gains nothing. Redirects begin all over again. Nothing of ours goes along:
 * no cookies, no credentials, no proxy. Where it may not go and where nothing is, is one answer, so that nobody maps the
 * network by asking.
 */
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { AppError, isCancelled } from '#core/base/errors.ts';
import { isPublicAddress } from './addresses.ts';

export interface FetchLimits {
  readonly maxBytes: number;
  /** Beginnings of content types that are taken, such as `image/`. */
  readonly types: readonly string[];
}

export interface Fetched {
  readonly mime: string;
  /** As the other side says; null where it does not. */
  readonly bytes: number | null;
  /** Throws `too-large` where more comes than may. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it, read or not. */
  close(): void;
}

export type SafeFetch = (url: string, limits: FetchLimits) => Promise<Fetched>;

export interface FetchParts {
  /** All addresses of a name. @throws where it has none */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Where an address that was found to be public is reached; a test has its servers elsewhere. */
  readonly dial: (address: string, port: number) => { readonly host: string; readonly port: number };
  readonly times: FetchTimes;
}
export interface FetchTimes {
  /** To the head of the answer, each redirect anew. */
  readonly answerMs: number;
  readonly silenceMs: number;
  readonly wholeMs: number;
}

const MOST_REDIRECTS = 5;
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_URL = 2048;

const REAL: FetchParts = {
  resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  dial: (host, port) => ({ host, port }),
  times: { answerMs: 10_000, silenceMs: 15_000, wholeMs: 180_000 },
};

/** @throws AppError invalid-input | refused | network | unsupported-media | too-large */
export function safeFetcher(parts: Partial<FetchParts> = {}): SafeFetch {
  const all = { ...REAL, ...parts };
  return async (address, limits) => {
    const untilMs = performance.now() + all.times.wholeMs;
    let url = checkedUrl(address);
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const answer = await ask(all, url);
      const status = answer.statusCode ?? 0;
      if (!REDIRECTS.includes(status)) return taken(answer, status, limits, { ...all.times, untilMs });
      answer.destroy();
      const next = checkedUrl(answer.headers.location ?? '', url);
      if (url.protocol === 'https:' && next.protocol === 'http:')
        throw new AppError('refused', 'That address leads from a secure one to one that is not.');
      url = next;
    }
    throw new AppError('network', 'That address leads from one to the next, and never to a file.');
  };
}

/** @throws AppError invalid-input | refused */
function checkedUrl(address: string, from?: URL): URL {
  const url = address.length <= MAX_URL && URL.canParse(address, from?.href) ? new URL(address, from) : null;
  if (url === null) throw new AppError('invalid-input', 'That is no address of a file on the web.');
  const port = PORTS[url.protocol];
  if (port === undefined)
    throw new AppError('refused', 'Only addresses that begin with https:// or http:// are fetched.');
  // The parser leaves a scheme's own port out.
  if (url.port !== '') throw new AppError('refused', 'Only the web’s usual ports are asked.');
  if (url.username !== '' || url.password !== '')
    throw new AppError('refused', 'Addresses with a name and a password in them are not fetched.');
  return url;
}

/** @throws AppError refused: it leads nowhere that we may go */
async function publicAddressOf({ resolve }: FetchParts, hostname: string): Promise<string> {
  const bare = hostname.replace(/^\[|\]$/g, '');
  const found = isIP(bare) ? [bare] : await resolve(bare).catch(() => []);
  const first = found[0];
  // One private address among public ones is reason enough: whoever owns the name chose it.
  if (first !== undefined && found.every(isPublicAddress)) return first;
  throw new AppError('refused', 'That address leads nowhere on the public internet.', {
    way: 'Check it, or save the file and add it from your device.',
  });
}

async function ask(parts: FetchParts, url: URL): Promise<IncomingMessage> {
  const address = await publicAddressOf(parts, url.hostname);
  const at = parts.dial(address, PORTS[url.protocol] ?? 0);
  const secure = url.protocol === 'https:';
  const open = (): Socket =>
    secure
      ? tlsConnect({
          ...at,
          ALPNProtocols: ['http/1.1'],
          ...(isIP(url.hostname) ? {} : { servername: url.hostname }),
        })
      : connect(at);
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)({
      host: url.hostname,
      path: url.pathname + url.search,
      // Is asked only where no agent is named, not even none: an agent would resolve the name again.
      createConnection: open,
      headers: {
        Host: url.host,
        Accept: 'image/*, video/*, audio/*',
        'Accept-Encoding': 'identity',
        'User-Agent': 'Orator',
      },
      maxHeaderSize: 16_384,
    });
    const late = setTimeout(() => request.destroy(new Error('late')), parts.times.answerMs);
    request.once('response', (answer) => {
      clearTimeout(late);
      resolve(answer);
    });
    request.once('error', (cause) => {
      clearTimeout(late);
      reject(notReached(cause));
    });
    request.end();
  });
}

function taken(
  answer: IncomingMessage,
  status: number,
  { maxBytes, types }: FetchLimits,
  times: FetchTimes & { readonly untilMs: number },
): Fetched {
  const refuse = (error: AppError): never => {
    answer.destroy();
    throw error;
  };
  if (status !== 200)
    refuse(new AppError('network', `The other server answers with ${status}, not with a file.`));
  const mime = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.some((type) => mime.startsWith(type)))
    refuse(
      new AppError('unsupported-media', 'There is no picture, film or sound at that address.', {
        way: 'Give the address of the file itself, not of the page that shows it.',
      }),
    );
  if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity')
    refuse(
      new AppError('unsupported-media', 'The other server sends the file packed, which nobody asked for.'),
    );
  const told = Number(answer.headers['content-length'] ?? Number.NaN);
  if (told > maxBytes) refuse(tooLarge(maxBytes));
  return {
    mime,
    bytes: Number.isFinite(told) ? told : null,
    body: limited(answer, maxBytes, times),
    close: () => void answer.destroy(),
  };
}

async function* limited(
  answer: IncomingMessage,
  maxBytes: number,
  { silenceMs, untilMs }: FetchTimes & { readonly untilMs: number },
): AsyncGenerator<Uint8Array> {
  let count = 0;
  answer.setTimeout(silenceMs, () => answer.destroy(new Error('silent')));
  const end = setTimeout(() => answer.destroy(new Error('late')), Math.max(0, untilMs - performance.now()));
  try {
    for await (const piece of answer as AsyncIterable<Uint8Array>) {
      count += piece.length;
      if (count > maxBytes) throw tooLarge(maxBytes);
      yield piece;
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : notReached(cause);
  } finally {
    clearTimeout(end);
    answer.destroy();
  }
}

function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'too-large',
    `The file at that address has more than ${Math.round(maxBytes / 1e6)} MB.`,
  );
}

/** Its reasons stay here: whoever asked could tell by them what stands where. */
function notReached(cause: unknown): AppError {
  if (isCancelled(cause)) return new AppError('cancelled', 'Stopped.', { cause });
  return new AppError('network', 'The file could not be fetched from that address.', {
    cause,
    way: 'Try again later, or save the file and add it from your device.',
  });
}
