/** What `orator render` is given, as a project with its files in a store: an .orator file, or a script with who says it. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '#core/base/errors.ts';
import { newProject, newRecording } from '#core/document/create.ts';
import { addMediaEntry, setPresenter, setRecording } from '#core/document/edit.ts';
import { RANGES } from '#core/document/limits.ts';
import { likenessOf } from '#core/document/likeness.ts';
import { scenesOfText } from '#core/document/plain-script.ts';
import type { Project } from '#core/document/project.ts';
import type { AssetStore } from '#core/output/ports.ts';
import type { HeadlessCatalogue, HeadlessIssuer } from '#core/pipeline/headless.ts';
import type { ReceiptBundle } from '#core/policy/consent/bundle.ts';
import { keySetFault } from '#core/policy/consent/keys.ts';
import { revocationsFault } from '#core/policy/consent/revocations.ts';
import { subjectsOf } from '#core/policy/people.ts';
import { PRESETS } from '#core/presenter/illustrated/presets.ts';
import { verifyEd25519 } from '#shared/ed25519.ts';
import { readOratorFile } from '#shared/orator-file.ts';
import { readPresenterFile } from '#shared/presenter-file.ts';
import { fliteNodeEngine } from '../adapters/flite-node.ts';
import type { HeadlessJobSource } from '../headless.ts';
import { readSound } from '../sound.ts';

export interface LocalSource {
  readonly project: Project;
  /** Those of the issuer who is believed. */
  readonly receipts: readonly ReceiptBundle[];
  /** What was mended or left out, one sentence each. */
  readonly notes: readonly string[];
}

/** Who may speak here, and with which voices. */
export function localCatalogue(): HeadlessCatalogue {
  const engine = fliteNodeEngine();
  return {
    presenters: PRESETS.map(({ preset, name }) => ({ id: preset, name })),
    voices: engine.voices().map(({ engineVoice, name, language, description }) => ({
      ...{ id: `${engine.id}/${engineVoice}`, name, language, description },
    })),
  };
}

/** @throws AppError not-found | corrupt-file | invalid-input | newer-version | unsupported-media | refused */
export async function openLocalSource(
  source: HeadlessJobSource,
  store: AssetStore,
  issuer: HeadlessIssuer | null,
  signal: AbortSignal,
): Promise<LocalSource> {
  const trusted = issuer === null ? null : believed(issuer);
  if (source.kind === 'project-file') {
    const file = await readOratorFile(await bytesOf(source.path));
    for (const bytes of file.media.values()) await store.put(bytes);
    return {
      project: file.project,
      receipts: bundles(file.receipts, file.project, trusted),
      notes: file.notes,
    };
  }
  const script = scriptProject(source);
  const cast =
    source.presenterPath === null ? null : await readPresenterFile(await bytesOf(source.presenterPath));
  for (const bytes of cast?.parts.values() ?? []) await store.put(bytes);
  const spoken =
    cast === null ? script : setPresenter(cast.media.reduce(addMediaEntry, script), cast.presenter);
  const project = source.sound === null ? spoken : await withSound(spoken, source.sound, store, signal);
  return { project, receipts: bundles(cast?.receipts ?? [], project, trusted), notes: [] };
}

const SOUND_MIMES: Readonly<Record<string, string>> = {
  '.mp3': 'audio/mpeg',
  '.m4a': 'audio/mp4',
  '.mp4': 'video/mp4',
  '.mov': 'video/quicktime',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.flac': 'audio/flac',
  '.webm': 'audio/webm',
};

type ScriptSource = Extract<HeadlessJobSource, { kind: 'script' }>;

function scriptProject(source: ScriptSource): Project {
  const { presenters, voices } = localCatalogue();
  const preset = presenters.find(({ id }) => id === source.presenter);
  const voice = voices.find(({ id }) => id === source.voice);
  if (!preset || !voice) throw new AppError('not-found', 'There is no such presenter or voice.');
  const scenes = scenesOfText(source.text);
  if (scenes.length === 0 && source.sound === null)
    throw new AppError('invalid-input', 'The script is empty.');
  const [engine = '', engineVoice = ''] = voice.id.split('/');
  return newProject({
    name: source.title,
    scenes,
    presenter: { name: preset.name, preset: preset.id },
    voice: { name: voice.name, engine, engineVoice, language: voice.language },
  });
}

async function withSound(
  project: Project,
  { path, name, language, speaker }: NonNullable<ScriptSource['sound']>,
  store: AssetStore,
  signal: AbortSignal,
): Promise<Project> {
  const [scene, more] = project.scenes;
  if (!scene || more)
    throw new AppError('invalid-input', 'A recording speaks one scene, and this script has several.', {
      way: 'Take the lines of --- out of it.',
    });
  const { pcm, sampleRateHz } = await readSound(path, signal);
  const durationS = pcm.length / sampleRateHz;
  const mime = SOUND_MIMES[extname(path).toLowerCase()] ?? 'audio/wav';
  const bytes = await bytesOf(path);
  if (durationS < RANGES.recordingS.min)
    throw new AppError('invalid-input', `“${name}” is too short to say anything.`);
  const facts = { hash: await store.put(bytes), name, mime, bytes: bytes.length, kind: 'sound' } as const;
  const entry = { ...facts, widthPx: 0, heightPx: 0, durationS };
  const recording = newRecording(entry, { language, likeness: likenessOf(speaker) });
  return setRecording(addMediaEntry(project, entry), scene.id, recording);
}

/** @throws AppError refused where what the issuer publishes does not hold */
function believed(issuer: HeadlessIssuer): HeadlessIssuer {
  const { keys, revocations } = issuer;
  const fault =
    keySetFault(keys, null, verifyEd25519) ?? revocationsFault(revocations, null, keys, verifyEd25519);
  if (fault === null) return issuer;
  throw new AppError('refused', `What ${keys.issuer} publishes about receipts does not hold (${fault}).`, {
    way: 'Fetch both files again from the issuer.',
  });
}

/** A receipt in a file is a claim; only its own issuer's keys, as they were given here, can make more of it. */
function bundles(
  claimed: readonly ReceiptBundle[],
  project: Project,
  issuer: HeadlessIssuer | null,
): readonly ReceiptBundle[] {
  if (issuer === null) return [];
  const subjects = subjectsOf(project);
  return claimed.flatMap(({ receipt }) =>
    receipt.issuer === issuer.keys.issuer && subjects.has(receipt.presenter) ? [{ receipt, ...issuer }] : [],
  );
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path));
}
