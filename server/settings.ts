/**
 * Every setting of the server, once: its name in the environment, what it is, its default. The table in
 * `server/README.md` is made from this list and a test holds them together.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import type { DatabasePlace } from './database/open.ts';
import { COMPOSITOR_WISHES, ENCODER_WISHES } from './render/process.ts';
import type { StorePlace } from './render/store-place.ts';
import { z } from './openapi.ts';
import { STATE } from './setup/place.js';

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

interface Setting<T> {
  readonly schema: z.ZodType<T>;
  /** One sentence for the person who runs the server. */
  readonly about: string;
  /** As shown in the table, where the default is not a plain value. */
  readonly shown?: string;
}
const setting = <T>(schema: z.ZodType<T>, about: string, shown?: string): Setting<T> => ({
  schema,
  about,
  ...(shown === undefined ? {} : { shown }),
});

const NO_ADDRESS = 'is no address such as https://studio.example';
/** As browsers say it in `Origin`, however it is written: in small letters, without the usual port. */
const address = z
  .string()
  .regex(/^https?:\/\/[^/\s@]+\/?$/i, NO_ADDRESS)
  .refine((told) => URL.canParse(told), NO_ADDRESS)
  .transform((told) => new URL(told).origin);

export const SETTINGS = {
  HOST: setting(
    z.string().default('127.0.0.1'),
    'The address to listen on; 0.0.0.0 for every one of this machine.',
  ),
  PORT: setting(whole(0, 65_535).default(4400), 'The port; the next free one is taken where it is in use.'),
  ORATOR_ORIGIN: setting(
    address.optional(),
    'The public address behind a proxy, such as https://studio.example: consent receipts name it as their issuer.',
    'the address it listens on',
  ),
  ORATOR_DATA: setting(
    z.string().optional(),
    'The folder of the embedded database, of stored files and of this server’s keys.',
    '.orator/data',
  ),
  ORATOR_SECRET: setting(
    z.string().min(32, 'needs at least 32 characters').optional(),
    'Signs sessions; the same on every process of one server.',
    'made once, kept in the data folder',
  ),
  ORATOR_SIGNING_KEYS: setting(
    z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}(\s*,\s*[A-Za-z0-9_-]{43})*$/, 'is no list of keys of 43 characters')
      .optional(),
    'The secrets that sign receipts and the log, 32 bytes in base64url each, the newest first; needed where more than one process serves.',
    'made once, kept in the data folder',
  ),
  DATABASE_URL: setting(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'is no PostgreSQL address')
      .optional(),
    'A PostgreSQL server to use in place of the embedded one.',
    'embedded',
  ),
  DATABASE_CONNECTIONS: setting(
    whole(1, 200).default(10),
    'The most connections to PostgreSQL; up to two more where films are given out or deleted.',
  ),
  S3_ENDPOINT: setting(
    address.optional(),
    'An S3-compatible store to use in place of the data folder.',
    'data folder',
  ),
  S3_BUCKET: setting(z.string().default('orator'), 'Its bucket.'),
  S3_REGION: setting(z.string().default('us-east-1'), 'Its region.'),
  S3_ACCESS_KEY: setting(z.string().optional(), 'Its access key.', 'none'),
  S3_SECRET_KEY: setting(z.string().optional(), 'Its secret key.', 'none'),
  LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'How much the log says; it never holds personal data.',
  ),
  METRICS_TOKEN: setting(
    z.string().min(16, 'needs at least 16 characters').optional(),
    'Who sends it as a bearer token may read /api/metrics; without one only this machine may.',
    'this machine only',
  ),
  SIGN_UP: setting(
    z.enum(['open', 'invited']).default('open'),
    'Whether anyone may make an account, or only those who were invited.',
  ),
  TRUSTED_PROXIES: setting(
    whole(0, 8).default(0),
    'How many proxies stand in front; so many are believed in X-Forwarded-For.',
  ),
  REQUESTS_PER_MINUTE: setting(whole(1, 100_000).default(600), 'The most requests a minute from one caller.'),
  CONSENT_MEDIA_DAYS: setting(
    whole(0, 365).default(30),
    'After so many days the raw film of a consent is deleted.',
  ),
  CONSENTS_PER_DAY: setting(whole(1, 10_000).default(20), 'Consent recordings an account may begin a day.'),
  VERDICTS_PER_DAY: setting(whole(1, 1_000_000).default(5_000), 'Verdicts an account may ask for a day.'),
  MODERATION_URL: setting(
    z
      .string()
      .regex(/^https?:\/\/[^\s]+$/, 'is no address such as https://moderation.example/v1')
      .optional(),
    'A service that is asked about every text as well, up to and with /v1; all words and names of a project that is judged are sent there.',
    'none: nothing is sent',
  ),
  MODERATION_API: setting(
    z.enum(['moderations', 'chat']).default('moderations'),
    'Which of OpenAI’s interfaces it speaks: a moderation endpoint, or a chat model that is told our policy.',
  ),
  MODERATION_KEY: setting(z.string().optional(), 'Its key, sent as a bearer token.', 'none'),
  MODERATION_MODEL: setting(
    z.string().optional(),
    'Its model.',
    'omni-moderation-latest, for chat gpt-4o-mini',
  ),
  MODERATION_TRANSFORMERS: setting(
    z.string().min(1).optional(),
    'The folder of a text classifier that is asked about every text as well, in this process: config.json, tokenizer.json, onnx/model.onnx. It needs transformers.js, which is not installed with the rest.',
    'none',
  ),
  MODERATION_TIMEOUT_S: setting(
    whole(1, 120).default(20),
    'After so many seconds the verdict stands without it.',
  ),
  ACCOUNT_STORAGE_MB: setting(
    whole(1, 10_000_000).default(2_000),
    'How much an account may keep on the server: media, films that were given out, recordings, and uploads under way.',
  ),
  ASSET_MB: setting(whole(1, 1_000).default(1_000), 'The largest file that may be uploaded.'),
  ASSET_DAYS: setting(
    whole(1, 3_650).default(30),
    'After so many days in which no render used it and nobody fetched it, an uploaded file or a film is deleted.',
  ),
  SEGMENT_DAYS: setting(
    whole(1, 3_650).default(30),
    'After so many days in which no film used them, drawn segments and coded sounds are deleted; a later film draws them anew.',
  ),
  RENDER_DAYS: setting(
    whole(1, 3_650).default(30),
    'So many days after it ended a film is no longer listed, once its file and the segments it may share are gone.',
  ),
  UPLOAD_HOURS: setting(
    whole(1, 720).default(24),
    'An upload that stopped goes on where it was within so many hours; then its parts are deleted.',
  ),
  RENDER_SLOTS: setting(
    whole(0, 256).default(1),
    'How many steps of films this process works on at once; 0 leaves all of them to other workers.',
  ),
  RENDER_STEP_MINUTES: setting(
    whole(1, 1200).default(60),
    'The longest that one step of a film may take; a film is many.',
  ),
  RENDER_COMPOSITOR: setting(
    z.enum(COMPOSITOR_WISHES).default('auto'),
    'Who draws films: canvas2d is Skia on the processor, dawn the graphics card; auto tries both on a film’s own frames and takes the faster.',
  ),
  RENDER_ENCODER: setting(
    z.enum(ENCODER_WISHES).default('auto'),
    'Who encodes films: software, or nvenc, an NVIDIA card; auto lets a card that works make the drafts of a server without DATABASE_URL. The same on every machine that draws for one database.',
  ),
  RENDER_MEMORY_MB: setting(whole(256, 1_000_000).default(4096), 'The memory of the process that draws.'),
  RENDER_DISK_MB: setting(whole(64, 10_000_000).default(8192), 'What that process may write to its disk.'),
  RENDER_SECONDS_PER_DAY: setting(
    whole(1, 100_000_000).default(7200),
    'Seconds of film an account may have drawn here a day; what lies in the store already does not count.',
  ),
  RENDERS_QUEUED: setting(
    whole(1, 1_000_000).default(2000),
    'The most films that wait or are under way; an account may have a quarter of them.',
  ),
  VERDICT_DAYS: setting(
    whole(1, 3_650).default(30),
    'After so many days the words of a film that was not allowed are deleted, once nobody has to look at them.',
  ),
  REVIEW_HOURS: setting(whole(1, 720).default(24), 'Within so many hours a person is promised a decision.'),
} as const satisfies Record<string, Setting<unknown>>;

/** The table of `server/README.md`. */
export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([name, { schema, about, shown }]) => {
    const parsed = schema.safeParse(undefined);
    const fallback = shown ?? (parsed.success ? String(parsed.data) : '');
    return `| \`${name}\` | ${about} | ${fallback} |`;
  });
  return ['| setting | what it is | default |', '|---|---|---|', ...rows].join('\n');
}

type Values = { readonly [Name in keyof typeof SETTINGS]: z.infer<(typeof SETTINGS)[Name]['schema']> };

export interface Settings extends Values {
  readonly dataFolder: string;
  readonly database: DatabasePlace;
}

/** @throws AppError invalid-input, naming the setting and what is wrong with it */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const values: Record<string, unknown> = {};
  for (const [name, { schema }] of Object.entries(SETTINGS)) {
    const given = env[name]?.trim();
    const parsed = schema.safeParse(given === '' ? undefined : given);
    if (!parsed.success)
      throw new AppError('invalid-input', `${name} ${plain(parsed.error.issues[0]?.message)}.`, {
        way: 'See server/README.md for what it may be.',
      });
    values[name] = parsed.data;
  }
  const read = values as unknown as Values;
  const dataFolder = resolve(read.ORATOR_DATA ?? join(STATE, 'data'));
  return {
    ...read,
    dataFolder,
    database: read.DATABASE_URL
      ? { kind: 'postgres', url: read.DATABASE_URL, connections: read.DATABASE_CONNECTIONS }
      : { kind: 'folder', path: dataFolder },
  };
}

/** @throws AppError invalid-input when an S3 store is named without its keys */
export function storePlaceOf(settings: Settings): StorePlace {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey } = settings;
  if (endpoint === undefined) return { kind: 'disk', folder: join(settings.dataFolder, 'files') };
  if (accessKey === undefined || secretKey === undefined)
    throw new AppError('invalid-input', 'S3_ENDPOINT is set without S3_ACCESS_KEY and S3_SECRET_KEY.', {
      way: 'Set both, or leave S3_ENDPOINT out to keep files in the data folder.',
    });
  const { S3_BUCKET: bucket, S3_REGION: region } = settings;
  return { kind: 's3', endpoint, bucket, region, accessKey, secretKey };
}

function plain(message: string | undefined): string {
  if (message === undefined) return 'is not right';
  return /^(is|needs)\b/.test(message) ? message : `is not right (${message})`;
}

/** A secret of this server: from the settings, else made once and kept where only its owner reads. */
export function keptSecret(folder: string, name: string, bytes = 32): string {
  const file = join(folder, name);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = randomBytes(bytes).toString('base64url');
  writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(file, 0o600);
  return made;
}
