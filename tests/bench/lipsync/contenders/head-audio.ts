/**
 * HeadAudio: MFCCs and Gaussian prototypes in an AudioWorklet, Oculus visemes with eased cross-fades. Its worklet and
 * its node run untouched in Chromium over an OfflineAudioContext; what the worklet says is then played back to the node
 * at the time it would have been said, and its own `update` animates at 60 Hz.
 */
import type { Contender, Cue, Curves } from '../contender.ts';
import { curvesOfCues } from '../contender.ts';
import { valueAt } from '../signal.ts';
import { rivalsBrowser, soundForPage } from './browser.ts';
import { OCULUS_VISEMES } from './oculus.ts';

const FOLDER = '/@met4citizen/headaudio';
const UPDATE_HZ = 60;
/** Its README: delay the sound by 50–100 ms to make up for its latency. The middle of that is taken off here. */
const ADVISED_DELAY_S = 0.075;
const SIGMA_S = 0.04;

interface Heard {
  /** Viseme names and weights per update, in order. */
  readonly updates: readonly Readonly<Record<string, number>>[];
  /** What the classifier said: time of the middle of its window, and the viseme. */
  readonly said: readonly { readonly timeS: number; readonly viseme: string }[];
}

/** Runs inside the page, so it may use nothing from outside itself. */
async function hearInPage([sound, folder, updateHz]: readonly [string, string, number]): Promise<Heard> {
  interface Message {
    readonly event: string;
    readonly t: number;
    readonly d?: number;
    readonly viseme?: number;
  }
  interface Node extends AudioWorkletNode {
    readonly visemeNames: readonly string[];
    onvalue: ((name: string, value: number) => void) | null;
    loadModel(url: string, reset: boolean): Promise<void>;
    update(ms: number): void;
    _onmessage(message: { readonly data: Message }): void;
  }
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const pcm = new Float32Array(bytes.buffer);
  const rate = 48_000;
  // Rendering outruns messages: it waits in this silence until the model has reached the worklet.
  const leadS = 0.128;
  const context = new OfflineAudioContext(1, Math.ceil((pcm.length / 16_000 + leadS) * rate), rate);
  const { HeadAudio } = (await import(`${folder}/modules/headaudio.mjs`)) as {
    HeadAudio: new (context: BaseAudioContext, options: object) => Node;
  };
  await context.audioWorklet.addModule(`${folder}/dist/headworklet.min.mjs`);
  const node = new HeadAudio(context, {
    // Stricter than its defaults, −40 and −50: real rooms are not as quiet. Nothing else tried served it better.
    parameterData: { vadGateActiveDb: -30, vadGateInactiveDb: -40 },
  });
  const messages: Message[] = [];
  node.port.onmessage = ({ data }: MessageEvent<Message>) => messages.push(data);
  // Without its reset, which would set the worklet's clock to nought at whatever moment it arrives.
  await node.loadModel(`${folder}/dist/model-en-mixed.bin`, false);
  const buffer = context.createBuffer(1, pcm.length, 16_000);
  buffer.copyToChannel(pcm, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node);
  source.start(leadS);
  void context
    .suspend(leadS / 2)
    .then(() => new Promise((resolve) => setTimeout(resolve, 250)))
    .then(() => context.resume());
  await context.startRendering();
  // The last messages are still on their way when the sound has been rendered.
  await new Promise((resolve) => setTimeout(resolve, 100));
  if (messages.length === 0) throw new Error('HeadAudio said nothing at all.');
  const updates: Record<string, number>[] = [];
  const weights: Record<string, number> = {};
  node.onvalue = (name, value) => (weights[name] = value);
  let next = 0;
  for (let k = 1; k <= (pcm.length / 16_000) * updateHz; k++) {
    for (; next < messages.length; next++) {
      const message = messages[next] as Message;
      if (message.t + (message.d ?? 0) / 2 - leadS > k / updateHz) break;
      node._onmessage({ data: message });
    }
    node.update(1000 / updateHz);
    updates.push({ ...weights });
  }
  const said = messages
    .filter(({ event }) => event === 'viseme' || event === 'ended')
    .map(({ event, t, viseme }) => ({
      // `ended` is stamped with the end of its window, visemes with the middle of theirs.
      timeS: t - leadS - (event === 'ended' ? 0.016 : 0),
      viseme: event === 'ended' ? 'viseme_sil' : (node.visemeNames[viseme ?? 14] ?? 'viseme_sil'),
    }));
  return { updates, said };
}

async function hear(pcm: Float32Array<ArrayBuffer>): Promise<Heard> {
  const { page } = await rivalsBrowser();
  return await page.evaluate(hearInPage, [soundForPage(pcm), FOLDER, UPDATE_HZ] as const);
}

/** As an avatar would show it: every viseme's weight times its shape. */
export function headAudioContender(): Contender {
  return {
    name: 'HeadAudio',
    note: `0.1.0 in Chromium, its own animation, ${ADVISED_DELAY_S * 1000} ms of the delay its README advises taken off`,
    needsText: false,
    timed: false,
    predict: async ({ pcm, fps, frames }): Promise<Curves> => {
      const { updates } = await hear(pcm);
      const of = (part: 0 | 1) =>
        updates.map((weights) =>
          Object.entries(weights).reduce<number>((sum, [name, weight]) => {
            const shape = OCULUS_VISEMES[name.replace('viseme_', '')] ?? [0, 1];
            return sum + weight * (shape[part] - part);
          }, part),
        );
      const [opening, width] = [of(0), of(1)];
      const atFrame = (values: readonly number[]) =>
        Array.from({ length: frames }, (_, i) =>
          valueAt(values, ((i + 0.5) / fps + ADVISED_DELAY_S) * UPDATE_HZ - 1),
        );
      return { opening: atFrame(opening), width: atFrame(width) };
    },
  };
}

/** Its classifier alone, at the middle of its windows, smoothed without delay: better than it can do live. */
export function headAudioVisemesContender(): Contender {
  return {
    name: 'HeadAudio, smoothed by us',
    note: `its visemes by table, Gaussian σ ${SIGMA_S * 1000} ms, no latency`,
    needsText: false,
    timed: false,
    predict: async (sound) => {
      const { said } = await hear(sound.pcm);
      const cues: Cue[] = said.map(({ timeS, viseme }, i) => ({
        startS: timeS - 0.008,
        endS: (said[i + 1]?.timeS ?? timeS + 0.016) - 0.008,
        shape: viseme.replace('viseme_', ''),
      }));
      return curvesOfCues(cues, OCULUS_VISEMES, sound, SIGMA_S);
    },
  };
}
