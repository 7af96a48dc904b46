/** The listener on any host: its manifest and weights from the host's files, run by the host's runtime. */
import type { CancelSignal } from '../../base/errors.ts';
import { loadManifest, type ModelFiles } from '../../model/files.ts';
import type { ModelManifest } from '../../model/manifest.ts';
import type { ModelRuntime, ModelSession } from '../../model/runtime.ts';
import type { SpeechListener } from './heard.ts';
import { LIPSYNC } from './lipsync-model.ts';
import { createListener, LONGEST_RUN_COLUMNS } from './listener.ts';
import { MEL } from './mel.ts';

/** The model itself. @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openLipsync(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<{ readonly manifest: ModelManifest; readonly session: ModelSession }> {
  const manifest = await loadManifest(files, LIPSYNC.id, signal);
  const session = await runtime.open(manifest, {
    ...(signal ? { signal } : {}),
    steadyShapes: { mel: [1, MEL.bands, LONGEST_RUN_COLUMNS] },
  });
  return { manifest, session };
}

/** @throws AppError network | not-found | corrupt-file | cancelled | internal */
export async function openListener(
  runtime: ModelRuntime,
  files: ModelFiles,
  signal?: CancelSignal,
): Promise<SpeechListener> {
  const { manifest, session } = await openLipsync(runtime, files, signal);
  return createListener(session, manifest.version);
}
