/** Asking for the microphone and the camera, with a sentence for every way in which the answer can be no. */
import { AppError, toAppError } from '#core/base/errors.ts';

export type MediaDevice = 'microphone' | 'camera';

/**
 * @param or what else the person can do, such as `add a sound file`; null where there is nothing
 * @throws AppError refused | not-found | unsupported-media | unsupported-browser | internal
 */
export async function askFor(
  device: MediaDevice,
  constraints: MediaStreamConstraints,
  or: string | null,
): Promise<MediaStream> {
  // Only pages that came over https, or from this machine, have any.
  if (!('mediaDevices' in navigator))
    throw new AppError('unsupported-browser', `This browser gives no ${device} to this page.`, {
      way: `Open Orator over https or on this machine, in a current browser${otherwise(or)}.`,
    });
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (cause) {
    throw refusal(device, cause, otherwise(or));
  }
}

function otherwise(or: string | null): string {
  return or === null ? '' : `; or ${or}`;
}

function refusal(device: MediaDevice, cause: unknown, or: string): AppError {
  switch (cause instanceof DOMException ? cause.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return new AppError('refused', `Orator may not use the ${device}.`, {
        cause,
        way: `Allow it beside the address of this page (or in the system’s privacy settings), then try again${or}.`,
      });
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new AppError('not-found', `There is no ${device} on this device.`, {
        cause,
        way: `Connect one, then try again${or}.`,
      });
    case 'NotReadableError':
    case 'AbortError':
      return new AppError('unsupported-media', `The ${device} does not answer.`, {
        cause,
        way: `Another program may be holding it: close that, then try again${or}.`,
      });
    default:
      return toAppError(cause);
  }
}

export function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}
