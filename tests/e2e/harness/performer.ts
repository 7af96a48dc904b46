/**
 * Who stands before the camera in a journey: `getUserMedia` is replaced in the page by a stream that is composed live. A face
 * out of a real film is drawn on a canvas, again and again; what is asked on the screen is read from it, as a person would,
 * and said by an embedded voice at that moment. The picture is small, so that a busy machine records it as it comes.
 */
import { readFileSync } from 'node:fs';
import type { ConsentPrompt } from '#core/policy/consent/challenge.ts';
import type { ParagraphId, VoiceId } from '#core/base/ids.ts';
import { writeWav } from '#core/speech/pcm.ts';
import { speakParagraph } from '#core/speech/speak.ts';
import { nodeEngine } from '../../server/flite-node.ts';
import { makeClip, realMedia } from './presenters.ts';
import type { BrowserContext, Page } from './studio.ts';

export type VoiceName = 'rms' | 'awb';

export interface Performance {
  /** Clips of `../shared/media/speaking`; two of them stand side by side. */
  readonly faces?: readonly string[];
  /** What is said when something is to be read aloud; null: nothing. */
  readonly says: (text: string, earlier: readonly string[]) => string | null;
  /** Who says it. */
  readonly voice?: VoiceName;
  /** One picture of the clip, held. */
  readonly still?: boolean;
  /** A film with its own sound in place of all this: it begins with the first thing that is asked. */
  readonly film?: Buffer;
}

export const reads = (text: string): string => text;
export const mute = (): null => null;

export interface Stage {
  /** Who stands before this page's camera from now on. */
  act(page: Page, performance: Performance): void;
  /** Makes these clips ahead. */
  prepare(faces: readonly string[]): void;
  /** Makes the sound of these ahead: the server that takes the recording in runs in this thread. */
  learn(prompts: readonly ConsentPrompt[], voice?: VoiceName): void;
}

/** Replaces the camera and microphone of every page of this context. */
export async function performer(context: BrowserContext): Promise<Stage> {
  const onStage = new Map<Page, { readonly performance: Performance; readonly heard: string[] }>();
  const clips = new Map<string, Buffer>();
  const clip = (name: string): Buffer => {
    const made = clips.get(name) ?? clipOf(name);
    clips.set(name, made);
    return made;
  };
  await context.route('**/__performer/**', async (route) => {
    const { pathname, searchParams } = new URL(route.request().url());
    const now = onStage.get(route.request().frame().page());
    if (!now) return route.abort();
    const { performance, heard } = now;
    if (pathname.endsWith('/plan')) {
      const { film, faces = [], still = false } = performance;
      return route.fulfill({ json: { faces: film ? ['film'] : faces, still, own: film !== undefined } });
    }
    if (pathname.endsWith('/face')) {
      const body = performance.film ?? clip(searchParams.get('name') ?? '');
      return route.fulfill({ body, contentType: 'video/webm' });
    }
    const text = searchParams.get('text') ?? '';
    const wanted = performance.says(text, heard);
    heard.push(text);
    if (wanted === null) return route.fulfill({ status: 204 });
    return route.fulfill({ body: await spoken(wanted, performance.voice), contentType: 'audio/wav' });
  });
  await context.addInitScript(PAGE);
  return {
    act: (page, performance) => void onStage.set(page, { performance, heard: [] }),
    prepare: (faces) => faces.forEach(clip),
    learn(prompts, voice) {
      for (const prompt of prompts)
        if (prompt.kind === 'code') void spoken(prompt.words.join(', '), voice);
        else if (prompt.kind === 'statement') void spoken(prompt.text, voice);
    },
  };
}

/** A clip as it is, with its sound, so often. */
export function filmOf(name: string, times: number): Buffer {
  const path = makeClip(
    'film.webm',
    ...['-stream_loop', String(times - 1), '-i', realMedia(`speaking/${name}`), '-vf', 'fps=10,scale=480:-2'],
    ...['-c:v', 'libvpx', '-b:v', '2M', '-deadline', 'realtime', '-c:a', 'libopus', '-b:a', '96k'],
  );
  return readFileSync(path);
}

/** There and back again, so that it never jumps; without its sound. */
function clipOf(name: string): Buffer {
  const path = makeClip(
    'face.webm',
    ...['-i', realMedia(`speaking/${name}`)],
    ...['-filter_complex', '[0:v]fps=10,scale=480:-2,split[a][b];[b]reverse[r];[a][r]concat=n=2:v=1[v]'],
    ...['-map', '[v]', '-an', '-c:v', 'libvpx', '-b:v', '4M', '-deadline', 'realtime'],
  );
  return readFileSync(path);
}

let engine: ReturnType<typeof nodeEngine> | null = null;
const known = new Map<string, Promise<Buffer>>();

function spoken(text: string, voice: VoiceName = 'rms'): Promise<Buffer> {
  const key = `${voice}: ${text}`;
  const before = known.get(key) ?? speak(text, voice);
  known.set(key, before);
  return before;
}

async function speak(text: string, voice: VoiceName): Promise<Buffer> {
  engine ??= nodeEngine();
  const speech = await speakParagraph(
    { id: 'p' as ParagraphId, emotion: 'neutral', content: [{ kind: 'text', text }] },
    {
      id: 'v' as VoiceId,
      name: voice,
      engine: 'flite',
      engineVoice: voice,
      language: 'en-US',
      speed: 1,
      pitchSt: 0,
      likeness: { kind: 'synthetic' },
    },
    engine,
  );
  return Buffer.from(writeWav(speech.pcm, speech.sampleRateHz));
}

/** Runs in the page, before its own code. */
const PAGE = `
(() => {
  const at = (path) => fetch('/__performer/' + path);
  navigator.mediaDevices.getUserMedia = async () => {
    const plan = await (await at('plan')).json();
    const audio = new AudioContext({ sampleRate: 48000 });
    await audio.resume();
    const out = audio.createMediaStreamDestination();
    const films = await Promise.all(plan.faces.map(async (name) => {
      const film = document.createElement('video');
      film.src = URL.createObjectURL(await (await at('face?name=' + name)).blob());
      film.loop = true;
      film.muted = !plan.own;
      if (plan.own) audio.createMediaElementSource(film).connect(out);
      await film.play();
      if (plan.still || plan.own) film.pause();
      return film;
    }));
    const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 360 });
    const paint = canvas.getContext('2d');
    const draw = () => {
      paint.fillStyle = '#777';
      paint.fillRect(0, 0, 480, 360);
      films.forEach((film, i) => {
        const width = 480 / films.length;
        const height = (width * film.videoHeight) / film.videoWidth;
        paint.drawImage(film, i * width, (360 - height) / 2, width, height);
      });
    };
    draw();
    const drawing = setInterval(draw, 100);
    // A room is never silent to the last bit, and a recorder waits for the first sound.
    const room = audio.createBufferSource();
    room.buffer = audio.createBuffer(1, 96000, 48000);
    room.buffer.getChannelData(0).forEach((_, i, all) => (all[i] = (Math.random() - 0.5) * 0.002));
    room.loop = true;
    room.connect(out);
    room.start();
    let last = '';
    const listening = setInterval(async () => {
      const shown = document.querySelector('[data-testid=consent-prompt]');
      const kind = shown?.dataset.kind ?? '';
      const text = kind === 'code' || kind === 'statement'
        ? (shown.querySelector('.code, p.statement')?.textContent ?? '').trim().replace(/\\s{2,}/g, ', ')
        : '';
      if (text === '' || kind + text === last) return;
      if (last === '' && !plan.still)
        for (const film of films) {
          film.currentTime = 0;
          void film.play();
        }
      last = kind + text;
      if (plan.own) return;
      const answer = await at('say?kind=' + kind + '&text=' + encodeURIComponent(text));
      if (answer.status === 204) return;
      const source = audio.createBufferSource();
      source.buffer = await audio.decodeAudioData(await answer.arrayBuffer());
      source.connect(out);
      source.start();
    }, 60);
    const stream = new MediaStream([
      ...canvas.captureStream(10).getVideoTracks(),
      ...out.stream.getAudioTracks(),
    ]);
    const [track] = stream.getVideoTracks();
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(drawing);
      clearInterval(listening);
      void audio.close();
      stop();
    };
    return stream;
  };
})();
`;
