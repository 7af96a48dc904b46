/**
 * Films of damaged media: sent to a real server, and drawn by what draws films. Each is refused with a coded sentence, ends
 * in one, or becomes a film. Neither the server nor whoever draws may break; who draws may meet the limits of a process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { renderProcesses } from '#server/render/open-process.ts';
import type { OutputSpec } from '#server/render/process.ts';
import { openTrust, ORIGIN, type Trust } from '../trust.ts';
import { hashOf, tusClient } from '../uploads.ts';
import { Drawer } from './drawer.ts';
import { OUTPUT, type ShownRender } from './films.ts';
import { damagedMedium, DAMAGES, mediaFilms, type Bytes, type MediaFilm } from './media-damage.ts';

export interface FuzzedMedia {
  /** How the films of whole media ended. */
  readonly whole: readonly string[];
  /** How often each end was met: made, not taken, or failed, with the code. */
  readonly ends: Readonly<Record<string, number>>;
}

/** What a film may fail of: said of the media, or of the limits of whoever draws it. */
const SAID = [
  'invalid-input',
  'unsupported-media',
  'corrupt-file',
  'not-found',
  'too-large',
  'speech-failed',
];
const ENDED = ['done', 'failed', 'cancelled', 'stopped'];
const SENTENCE = /^[A-Z“].+[.!?]$/s;
/** A few frames tell as much as many. */
const FEW_FRAMES: OutputSpec = { ...OUTPUT, rate: { num: 5, den: 1 }, effort: 'draft' };
const LOOK_MS = 300;

/**
 * @param wholeWayOneIn of the films, one in so many is asked of the server and made by a process of its own
 * @throws Error naming the seeds that break the promise
 */
export async function fuzzMedia(rounds: number, wholeWayOneIn: number, firstSeed = 1): Promise<FuzzedMedia> {
  const folder = mkdtempSync(join(tmpdir(), 'orator-media-fuzz-'));
  const files = join(folder, 'files');
  const trust = await openTrust({
    env: {
      ...{ ORATOR_DATA: folder, REQUESTS_PER_MINUTE: '100000', VERDICTS_PER_DAY: '1000000' },
      ...{ RENDERS_QUEUED: '1000000', RENDER_SECONDS_PER_DAY: '1000000', ACCOUNT_STORAGE_MB: '100000' },
      ...{ RENDER_MEMORY_MB: '1024', RENDER_STEP_MINUTES: '1' },
    },
    render: { openProcess: renderProcesses({ kind: 'disk', folder: files }) },
  });
  const maker = new Maker(trust, await trust.person(), files, join(folder, 'scratch'));
  try {
    const films = await mediaFilms();
    const whole: string[] = [];
    for (const film of films) whole.push((await maker.make(film, false)).how);
    const ends: Record<string, number> = {};
    const broken: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
      const { what, film } = damagedFilm(films, seed);
      const { how, fault } = await maker.make(film, seed % wholeWayOneIn === 0);
      ends[how] = (ends[how] ?? 0) + 1;
      if (fault !== null) broken.push(`seed ${seed} (${what}), ${how}: ${fault}`);
    }
    if (broken.length > 0) throw new Error(broken.join('\n'));
    return { whole, ends };
  } finally {
    maker.close();
    await trust.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Every kind of film has its turn, and with each of them every kind of damage. */
function damagedFilm(
  films: readonly MediaFilm[],
  seed: number,
): { readonly what: string; readonly film: MediaFilm } {
  const random = seededRandom(seed);
  const film = films[seed % films.length] as MediaFilm;
  const damage = DAMAGES[Math.floor(seed / films.length) % DAMAGES.length] ?? 'cut';
  const hashes = [...film.media.keys()];
  const hash = hashes[Math.floor(random() * hashes.length)] as AssetHash;
  const others = films.flatMap(({ media }) =>
    [...media].filter(([other]) => other !== hash).map(([, bytes]) => bytes),
  );
  const bytes = damagedMedium(film.media.get(hash) as Bytes, damage, others, random);
  const named = hashOf(bytes) as AssetHash;
  const project = JSON.parse(JSON.stringify(film.project).replaceAll(hash, named)) as MediaFilm['project'];
  const media = new Map([...film.media].map(([key, one]) => (key === hash ? [named, bytes] : [key, one])));
  return { what: `${damage} ${film.name}`, film: { ...film, project, media } };
}

interface End {
  readonly how: string;
  /** Why that is not as promised; null where it is. */
  readonly fault: string | null;
}
const MADE: End = { how: 'made', fault: null };

class Maker {
  readonly #trust: Trust;
  readonly #person: Awaited<ReturnType<Trust['person']>>;
  readonly #files: string;
  readonly #scratch: string;
  readonly #drawer = new Drawer();
  /** What the server answered to a medium. */
  readonly #sent = new Map<AssetHash, End | null>();

  constructor(trust: Trust, person: Awaited<ReturnType<Trust['person']>>, files: string, scratch: string) {
    this.#trust = trust;
    this.#person = person;
    this.#files = files;
    this.#scratch = scratch;
  }

  async make({ project, media }: MediaFilm, wholeWay: boolean): Promise<End> {
    for (const [hash, bytes] of media) {
      const known = this.#sent.get(hash);
      const refusal = known === undefined ? await this.#send(hash, bytes) : known;
      this.#sent.set(hash, refusal);
      if (refusal) return refusal;
    }
    return wholeWay ? this.#order(project) : this.#draw(project);
  }

  close(): void {
    this.#drawer.close();
  }

  /** @returns how it was refused; null where it was taken */
  async #send(hash: AssetHash, bytes: Bytes): Promise<End | null> {
    const tus = tusClient(ORIGIN, this.#person.headers, (request) => this.#trust.fetch(request));
    const begun = await tus.begin(hash, bytes.length);
    const answer = begun.ok ? await tus.part(begun.headers.get('Location') ?? '', 0, bytes) : begun;
    return answer.ok ? null : told('not taken', await answer.json());
  }

  async #order(project: MediaFilm['project']): Promise<End> {
    const wish = { project, grade: 'draft', output: FEW_FRAMES };
    const answer = await this.#trust.ask<ShownRender>(this.#person, 'POST', '/api/renders', wish);
    if (answer.status !== 201) return told('not taken', answer.body);
    for (;;) {
      const path = `/api/renders/${answer.body.id}`;
      const { body } = await this.#trust.ask<ShownRender>(this.#person, 'GET', path);
      if (body.state === 'done') return MADE;
      if (ENDED.includes(body.state)) return told(body.state, body.error);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #draw(project: MediaFilm['project']): Promise<End> {
    const { accountId } = this.#person;
    const drawn = await this.#drawer.draw({
      spec: { project, grade: 'draft', connection: 'server', receipts: [], output: FEW_FRAMES, accountId },
      place: { kind: 'disk', folder: this.#files },
      scratch: this.#scratch,
      encodedBy: 'software',
    });
    switch (drawn.kind) {
      case 'made':
        return MADE;
      case 'failed':
        return told('failed', drawn.error);
      case 'too-much-memory':
        return { how: 'failed: too-large', fault: null };
      case 'broke':
        return { how: 'broke', fault: drawn.how };
      default:
        return drawn satisfies never;
    }
  }
}

function told(how: string, body: unknown): End {
  const { code = '', message = '' } = (body ?? {}) as { readonly code?: string; readonly message?: string };
  const fine = SAID.includes(code) && SENTENCE.test(message);
  return { how: `${how}: ${code}`, fault: fine ? null : JSON.stringify(body) };
}
