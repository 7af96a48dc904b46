/**
 * Uploads by the tus protocol, 1.0.0, with its extensions creation, termination, checksum and expiration: any client of tus
 * can send, and goes on where it stopped. What is ours: the metadata must name the whole's `sha256`, and a part has at most
 * so many bytes. HEAD is answered by GET's route, as everywhere.
 */
import { createHash } from 'node:crypto';
import { AppError, errorToWire } from '#core/base/errors.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { json, newApi, route, z, type Api } from '../openapi.ts';
import type { UploadRow } from '../repositories/assets.ts';
import { requireAccount, type Caller } from '../services/accounts/caller.ts';
import { partReader } from '../services/assets/part-body.ts';
import { MB, UPLOAD_LIMITS } from '../services/assets/parts.ts';
import type { Services } from '../services/services.ts';

const VERSION = '1.0.0';
const CHECKSUMS = ['sha1', 'sha256'] as const;
const CHECKSUM_MISMATCH = 460;

const id = z.string().regex(/^[0-9a-z]{16}$/);
const byId = { params: z.object({ id }) };
const tus = { 'tus-resumable': z.string().optional() };
const Upload = z
  .object({ id: z.string(), offset: z.number(), bytes: z.number(), done: z.boolean(), expiresAt: z.string() })
  .openapi('Upload');
const MINE = { access: 'owner', scope: 'render' } as const;

const routes = {
  options: route(
    { access: 'anyone' },
    {
      method: 'options',
      path: '/uploads',
      summary: 'What of the tus protocol is spoken here.',
      responses: { 204: { description: 'In the headers.' } },
    },
  ),
  begin: route(
    { access: 'account', scope: 'render' },
    {
      method: 'post',
      path: '/uploads',
      summary: 'Begins an upload, or finds it where it stopped; Upload-Metadata names its sha256.',
      request: {
        headers: z.object({
          ...tus,
          'upload-length': z
            .string()
            .regex(/^\d{1,15}$/)
            .transform(Number),
          'upload-metadata': z.string().max(2000),
        }),
      },
      responses: { 201: json(Upload, 'The upload; Location says where its parts go.') },
    },
  ),
  look: route(MINE, {
    method: 'get',
    path: '/uploads/{id}',
    summary: 'Where the upload is, as Upload-Offset.',
    request: { ...byId, headers: z.object(tus) },
    responses: { 200: json(Upload, 'The upload.') },
  }),
  append: route(
    { ...MINE, maxBytes: UPLOAD_LIMITS.partBytes },
    {
      method: 'patch',
      path: '/uploads/{id}',
      summary: 'The part that begins at Upload-Offset.',
      request: {
        ...byId,
        headers: z.object({
          ...tus,
          'upload-offset': z.coerce.number().int().min(0),
          'upload-checksum': z.string().max(200).optional(),
        }),
      },
      responses: { 204: { description: 'It is here; Upload-Offset says how far the whole is.' } },
    },
  ),
  end: route(MINE, {
    method: 'delete',
    path: '/uploads/{id}',
    summary: 'Gives the upload up.',
    request: { ...byId, headers: z.object(tus) },
    responses: { 204: { description: 'Its parts are deleted.' } },
  }),
};

export function uploadsApi({ assets, settings }: Services): Api {
  const { uploads } = assets;
  const parts = partReader();
  const who = (caller: Caller) => requireAccount(caller).accountId;
  return newApi()
    .openapi(routes.options, (c) =>
      c.body(null, 204, {
        'Tus-Resumable': VERSION,
        'Tus-Version': VERSION,
        'Tus-Extension': 'creation,termination,checksum,expiration',
        'Tus-Checksum-Algorithm': CHECKSUMS.join(','),
        'Tus-Max-Size': String(settings.ASSET_MB * MB),
      }),
    )
    .openapi(routes.begin, async (c) => {
      const { 'upload-length': bytes, 'upload-metadata': metadata, ...headers } = c.req.valid('header');
      requireVersion(headers);
      const upload = await uploads.begin(who(c.get('caller')), hashIn(metadata), bytes);
      return c.json(viewOf(upload), 201, { ...headersOf(upload), Location: `/api/uploads/${upload.id}` });
    })
    .openapi(routes.look, async (c) => {
      requireVersion(c.req.valid('header'));
      const upload = await uploads.look(who(c.get('caller')), c.req.valid('param').id);
      return c.json(viewOf(upload), 200, headersOf(upload));
    })
    .openapi(routes.append, async (c) => {
      const { 'upload-offset': offset, 'upload-checksum': checksum, ...headers } = c.req.valid('header');
      requireVersion(headers);
      if (c.req.header('content-type') !== 'application/offset+octet-stream')
        throw new AppError('unsupported-media', 'A part is sent as application/offset+octet-stream.');
      const accountId = who(c.get('caller'));
      const { id: upload } = c.req.valid('param');
      // Looked for before its bytes are read.
      await uploads.look(accountId, upload);
      const { bytes, cut } = await parts.read(accountId, c.req.raw.body);
      if (checksum !== undefined && !matches(bytes, checksum)) return mismatch();
      if (bytes.length === 0 || (cut && bytes.length < UPLOAD_LIMITS.leastPartBytes))
        throw new AppError('invalid-input', 'The connection was lost before a part was here.');
      return c.body(null, 204, headersOf(await uploads.append(accountId, upload, offset, bytes)));
    })
    .openapi(routes.end, async (c) => {
      requireVersion(c.req.valid('header'));
      await uploads.end(who(c.get('caller')), c.req.valid('param').id);
      return c.body(null, 204, { 'Tus-Resumable': VERSION });
    });
}

/** @throws AppError invalid-input */
function requireVersion({
  'tus-resumable': version,
}: {
  readonly 'tus-resumable'?: string | undefined;
}): void {
  if (version !== undefined && version !== VERSION)
    throw new AppError('invalid-input', `Version ${VERSION} of tus is spoken here, and no other.`);
}

/** `Upload-Metadata: name base64, name base64`; we read `sha256`, in hexadecimal. @throws AppError invalid-input */
function hashIn(metadata: string): AssetHash {
  for (const pair of metadata.split(',')) {
    const [name, value = ''] = pair.trim().split(' ');
    const hash = Buffer.from(value, 'base64').toString('latin1');
    if (name === 'sha256' && /^[0-9a-f]{64}$/.test(hash)) return hash as AssetHash;
  }
  throw new AppError('invalid-input', 'Upload-Metadata names no sha256 of the whole file.');
}

/** @throws AppError invalid-input for a sum that we do not reckon */
function matches(bytes: Uint8Array, checksum: string): boolean {
  const [name, sum] = checksum.split(' ');
  const algorithm = CHECKSUMS.find((known) => known === name);
  if (algorithm === undefined)
    throw new AppError('invalid-input', `Upload-Checksum is one of ${CHECKSUMS.join(' or ')}.`);
  return createHash(algorithm).update(bytes).digest('base64') === sum;
}

/** The protocol has a status of its own for it. */
function mismatch(): Response {
  const error = new AppError('corrupt-file', 'This part was damaged on its way.', { way: 'Send it again.' });
  return Response.json(errorToWire(error), {
    status: CHECKSUM_MISMATCH,
    headers: { 'Tus-Resumable': VERSION },
  });
}

function headersOf({ offset, bytes, expiresAt }: UploadRow): Record<string, string> {
  return {
    'Tus-Resumable': VERSION,
    'Upload-Offset': String(offset),
    'Upload-Length': String(bytes),
    'Upload-Expires': expiresAt.toUTCString(),
  };
}

function viewOf({ id: upload, offset, bytes, doneAt, expiresAt }: UploadRow) {
  return { id: upload, offset, bytes, done: doneAt !== null, expiresAt: expiresAt.toISOString() };
}
