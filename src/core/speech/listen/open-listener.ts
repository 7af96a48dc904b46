/** The listener on any host: its manifest and weights from the host's files, run by the host's runtime. */
import type { CancelSignal } from '../../base/errors.ts';
import { loadManifest, type ModelFiles } from '../../model/files.ts';
import type { ModelRuntime } from '../../model/runtime.ts';
import type { SpeechListener } from './heard.ts';
import { LIPSYNC } from './lipsync-model.ts';
import { createListener } from './listener.ts';

/** @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openListener(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<SpeechListener> {
  const options = signal ? { signal } : {};
  const manifest = await loadManifest(files, LIPSYNC.id, signal);
  return createListener(await runtime.open(manifest, options), manifest.version);
}
