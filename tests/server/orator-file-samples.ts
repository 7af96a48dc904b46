/** A project with two media, and their bytes. */
import { sha256Hex, seededRandom } from '#core/base/hashing.ts';
import type { AssetHash } from '#core/base/ids.ts';
import { mediaBackground, newProject } from '#core/document/create.ts';
import { addMediaEntry, addScene, setBackground } from '#core/document/edit.ts';
import type { MediaEntry, Project } from '#core/document/project.ts';

export interface MediaProject {
  readonly project: Project;
  readonly media: ReadonlyMap<AssetHash, Uint8Array<ArrayBuffer>>;
}

export async function mediaProject(): Promise<MediaProject> {
  const media = new Map<AssetHash, Uint8Array<ArrayBuffer>>();
  let project = addScene(newProject({ name: 'With media', scenes: [['One.']] }));
  for (const [i, scene] of project.scenes.entries()) {
    const random = seededRandom(i + 1);
    const bytes = Uint8Array.from({ length: 3000 * (i + 1) }, () => Math.floor(random() * 256));
    const hash = await sha256Hex(bytes);
    media.set(hash, bytes);
    const kind = i === 0 ? 'image' : 'video';
    const entry: MediaEntry = {
      hash,
      name: `../medium ${i}`,
      mime: i === 0 ? 'image/png' : 'video/mp4',
      bytes: bytes.length,
      kind,
      widthPx: 64,
      heightPx: 36,
      durationS: i === 0 ? null : 2,
    };
    project = setBackground(addMediaEntry(project, entry), scene.id, mediaBackground(entry));
  }
  return { project, media };
}
