/** Which voices speak on this server: known before anything is sent, and not when a worker comes to it. */
import { AppError } from '#core/base/errors.ts';
import type { Project } from '#core/document/project.ts';
import { fliteNodeEngine } from '../../render/adapters/flite-node.ts';

/** @throws AppError invalid-input */
export function requireVoices(project: Project): void {
  const { id: engine, voices } = fliteNodeEngine();
  const known = new Set(voices().map(({ engineVoice }) => engineVoice));
  const speaking = new Set(
    project.scenes
      .filter(({ recording, script }) => !recording && script.paragraphs.length > 0)
      .map(({ voice }) => voice),
  );
  for (const voice of project.voices)
    if (speaking.has(voice.id) && !(voice.engine === engine && known.has(voice.engineVoice)))
      throw new AppError('invalid-input', `The voice “${voice.name}” is not available on this server.`, {
        way: 'Choose another voice for its scenes, or make the film on this device.',
      });
}
