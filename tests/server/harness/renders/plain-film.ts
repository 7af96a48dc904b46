/**
 * A film without pictures, for trying the queue: each scene of the project is one segment, whose bytes follow from its key
 * alone, and the film is its segments' bytes, then its sound's. What a scene's first paragraph says can ask for trouble.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#core/base/hashing.ts';
import type { CacheKey } from '#core/base/ids.ts';
import { paragraphText } from '#core/document/script.ts';
import type { Project } from '#core/document/project.ts';
import type { RenderSpec } from '#server/render/process.ts';

export const FRAMES = 25;
const SEGMENT_BYTES = 3000;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

type Made = Pick<RenderSpec, 'project' | 'output' | 'encodedBy'> & {
  /** Of what draws. */
  readonly version?: string;
};

/** Scenes' ids are no part of it: the same words give the same segment. */
export function segmentKeys({
  project,
  output,
  encodedBy = 'software',
  version = '',
}: Made): readonly CacheKey[] {
  return project.scenes.map(
    (_, i) => sha256(canonicalJson({ words: wordsOf(project, i), output, encodedBy, version })) as CacheKey,
  );
}

/** Whoever encodes the pictures, the sound is the same. */
export function soundKeyOf({ project, output }: Made): CacheKey {
  return sha256(`sound ${segmentKeys({ project, output }).join(' ')}`) as CacheKey;
}

export function wordsOf(project: Project, scene: number): string {
  return (project.scenes[scene]?.script.paragraphs ?? []).map(paragraphText).join('\n');
}

export function bytesOf(key: CacheKey): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SEGMENT_BYTES);
  const seed = Buffer.from(key, 'hex');
  for (let i = 0; i < bytes.length; i++) bytes[i] = (seed[i % seed.length] as number) ^ (i & 255);
  return bytes;
}

export function filmBytes(made: Made): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat([...segmentKeys(made), soundKeyOf(made)].map(bytesOf)));
}
