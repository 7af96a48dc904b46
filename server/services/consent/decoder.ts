/** How what was received becomes readable: recordings from their chunks, a presenter's own film or photo from its bytes. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CancelSignal } from '#core/base/errors.ts';
import type { Scratch } from '../scratch.ts';
import { decodeRecording, openFilm, type DecodedRecording, type ReceivedBytes } from './decode.ts';
import type { EvidenceFilm } from './evidence.ts';

export interface Decoder {
  /** @throws AppError corrupt-file | unsupported-media | cancelled */
  recording(received: ReceivedBytes, signal?: CancelSignal): Promise<DecodedRecording>;
  /** A photo is a film of one frame. @throws AppError corrupt-file | cancelled */
  picture(
    bytes: Uint8Array<ArrayBuffer>,
    signal?: CancelSignal,
  ): Promise<AsyncDisposable & { readonly film: EvidenceFilm }>;
}

export const consentDecoder = (scratch: Scratch): Decoder => ({
  recording: (received, signal) => decodeRecording(scratch, received, signal),
  async picture(bytes, signal) {
    const folder = await scratch.folder();
    const path = join(folder, 'picture');
    const drop = () => rm(folder, { recursive: true, force: true });
    try {
      await writeFile(path, bytes, { mode: 0o600, flag: 'wx' });
      return { film: await openFilm(path, undefined, signal), [Symbol.asyncDispose]: drop };
    } catch (error) {
      await drop();
      throw error;
    }
  },
});
