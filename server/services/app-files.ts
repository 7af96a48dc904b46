/**
 * The built app as a list of files. The folder is walked once, at start; a request is answered from that list or
 * not at all, so no path in a URL ever reaches the file system.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createBrotliCompress, createGzip, constants } from 'node:zlib';
import { AppError } from '#core/base/errors.ts';

export interface AppFile {
  readonly urlPath: string;
  readonly diskPath: string;
  readonly bytes: number;
  readonly mime: string;
  /** Its name carries the hash of its content: it never changes. */
  readonly immutable: boolean;
  readonly etag: string;
}

export interface AppFiles {
  /** The file at a decoded URL path, or null. */
  find(urlPath: string): AppFile | null;
  /** The page that every route of the app starts from. */
  readonly shell: AppFile;
  /** The policy the shell carries in its head, to be sent as a header with every file; workers need it there. */
  readonly contentSecurityPolicy: string | null;
}

const MIME: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.mp4': 'video/mp4',
  '.orator': 'application/zip',
};
const COMPRESSIBLE = /^(text\/|application\/(json|manifest\+json|wasm)|image\/svg|font\/ttf)/;

/** @throws AppError not-found when the folder holds no built app */
export function openAppFiles(folder: string): AppFiles {
  const files = new Map<string, AppFile>();
  for (const diskPath of walk(folder)) {
    const file = describe(folder, diskPath);
    files.set(file.urlPath, file);
  }
  const shell = files.get('/index.html');
  if (!shell)
    throw new AppError('not-found', `There is no built app in ${folder}.`, { way: 'Run `npm run build`.' });
  return {
    shell,
    contentSecurityPolicy: policyIn(readFileSync(shell.diskPath, 'utf8')),
    find: (urlPath) => files.get(urlPath === '/' ? '/index.html' : urlPath) ?? null,
  };
}

function* walk(folder: string): Generator<string> {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    throw new AppError('not-found', `There is no built app in ${folder}.`, {
      cause,
      way: 'Run `npm run build`.',
    });
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    // Links are left out: they could lead anywhere.
    else if (entry.isFile()) yield path;
  }
}

function describe(folder: string, diskPath: string): AppFile {
  const urlPath = `/${relative(folder, diskPath).split(sep).join('/')}`;
  const { size, mtimeMs } = statSync(diskPath);
  const tag = createHash('sha256').update(`${urlPath}\n${size}\n${mtimeMs}`).digest('base64url').slice(0, 16);
  return {
    urlPath,
    diskPath,
    bytes: size,
    mime: MIME[extname(diskPath).toLowerCase()] ?? 'application/octet-stream',
    immutable: urlPath.startsWith('/_app/immutable/'),
    etag: `"${tag}"`,
  };
}

/** SvelteKit writes the policy, with the hashes of its inline script, into a meta tag. */
function policyIn(html: string): string | null {
  const content = /<meta http-equiv="content-security-policy" content="([^"]*)"/i.exec(html)?.[1];
  return content ? content.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&') : null;
}

export interface FileRequest {
  readonly head: boolean;
  readonly ifNoneMatch: string | null;
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly acceptEncoding: string | null;
}

/** The answer to a GET or HEAD of one file: RFC 9110, with one range at most. */
export function answerWith(file: AppFile, request: FileRequest, compress: boolean): Response {
  const headers = new Headers({
    'Content-Type': file.mime,
    'Cache-Control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
    'Accept-Ranges': 'bytes',
  });
  const compressible = compress && COMPRESSIBLE.test(file.mime) && file.bytes > 1024;
  if (compressible) headers.set('Vary', 'Accept-Encoding');
  if (matches(request.ifNoneMatch, file.etag)) return new Response(null, { status: 304, headers });

  const range =
    request.ifRange === null || request.ifRange === file.etag ? parseRange(request.range, file.bytes) : null;
  if (range === 'unsatisfiable') {
    headers.set('Content-Range', `bytes */${file.bytes}`);
    return new Response(null, { status: 416, headers });
  }
  if (range) {
    headers.set('Content-Range', `bytes ${range.start}-${range.end}/${file.bytes}`);
    headers.set('Content-Length', String(range.end - range.start + 1));
    return new Response(request.head ? null : body(createReadStream(file.diskPath, range)), {
      status: 206,
      headers,
    });
  }

  const encoding = compressible ? chooseEncoding(request.acceptEncoding) : null;
  if (encoding) {
    headers.set('Content-Encoding', encoding);
    // Another form of the same bytes: equal for our purposes, not byte for byte.
    headers.set('ETag', `W/${file.etag}`);
    return new Response(request.head ? null : body(compressed(file, encoding)), { headers });
  }
  headers.set('Content-Length', String(file.bytes));
  return new Response(request.head ? null : body(createReadStream(file.diskPath)), { headers });
}

/**
 * The two streams end as one: a file that cannot be read breaks the answer off, and a visitor who left frees the file.
 * Whoever reads the answer is told of the error.
 */
function compressed(file: AppFile, encoding: 'br' | 'gzip'): Readable {
  return pipeline(createReadStream(file.diskPath), compressor(encoding), () => undefined);
}

function body(stream: Readable): ReadableStream<Uint8Array> {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

/** Whether who asks has it already (RFC 9110, 13.1.2): of several tags one is enough, and a proxy may have weakened it. */
export function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** One range, inclusive; null for none or for what we may ignore (several ranges, other units). */
export function parseRange(
  header: string | null,
  bytes: number,
): { readonly start: number; readonly end: number } | 'unsatisfiable' | null {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!parts || (parts[1] === '' && parts[2] === '')) return null;
  if (parts[1] === '') {
    const last = Number(parts[2]);
    return last === 0 || bytes === 0 ? 'unsatisfiable' : { start: Math.max(0, bytes - last), end: bytes - 1 };
  }
  const start = Number(parts[1]);
  const end = parts[2] === '' ? bytes - 1 : Math.min(Number(parts[2]), bytes - 1);
  if (start >= bytes) return 'unsatisfiable';
  return end < start ? null : { start, end };
}

function chooseEncoding(acceptEncoding: string | null): 'br' | 'gzip' | null {
  const accepted = new Set(
    (acceptEncoding ?? '')
      .split(',')
      .filter((entry) => !/;\s*q=0(\.0*)?\s*$/.test(entry))
      .map((entry) => entry.split(';')[0]?.trim().toLowerCase()),
  );
  if (accepted.has('br')) return 'br';
  return accepted.has('gzip') ? 'gzip' : null;
}

/** Quick settings: the whole app is compressed once per visitor, who keeps it for good. */
function compressor(encoding: 'br' | 'gzip') {
  return encoding === 'br'
    ? createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
    : createGzip({ level: 5 });
}
