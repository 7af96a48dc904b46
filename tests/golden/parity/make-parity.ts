/**
 * Makes photo.orator and footage.orator: presenters fitted to a portrait and to a film that are drawn by numbers
 * (tests/core/presenter/made-portrait.ts, made-person.ts), so that they show nobody. Run by Node.
 */
import { writeFileSync } from 'node:fs';
import { createCanvas } from '@napi-rs/canvas';
import { sha256Hex } from '#core/base/hashing.ts';
import { newId, type AssetHash } from '#core/base/ids.ts';
import { newProject } from '#core/document/create.ts';
import { addMediaEntry, setPresenter } from '#core/document/edit.ts';
import { SYNTHETIC } from '#core/document/likeness.ts';
import type { MediaEntry, Presenter } from '#core/document/project.ts';
import { writePicturePack } from '#core/draw/picture-pack.ts';
import { encodeFootageFit } from '#core/presenter/footage/fit.ts';
import { createFootageFitter } from '#core/presenter/footage/fit/fitter.ts';
import { encodePhotoFit } from '#core/presenter/photo/fit.ts';
import { fitPhoto } from '#core/presenter/photo/fit/fit-photo.ts';
import type { Picture } from '#core/track/ports.ts';
import { openNativeWriter } from '#server/render/adapters/node-av.ts';
import { encoderSettings, nativeEncoding } from '#server/render/encoder-settings.ts';
import type { OutputSpec } from '#server/render/process.ts';
import { writeMovie } from '#shared/mediabunny.ts';
import { writeOratorFile } from '#shared/orator-file.ts';
import * as person from '../../core/presenter/made-person.ts';
import * as portrait from '../../core/presenter/made-portrait.ts';

const media = new Map<AssetHash, Uint8Array<ArrayBuffer>>();

async function kept(
  bytes: Uint8Array<ArrayBuffer>,
  facts: Pick<MediaEntry, 'name' | 'mime' | 'kind'> & Partial<MediaEntry>,
): Promise<MediaEntry> {
  const hash = await sha256Hex(bytes);
  media.set(hash, bytes);
  return { widthPx: 0, heightPx: 0, durationS: null, ...facts, hash, bytes: bytes.length };
}

async function coded(picture: Picture, mime: 'image/png' | 'image/jpeg'): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = createCanvas(picture.widthPx, picture.heightPx);
  const ctx = canvas.getContext('2d');
  const data = ctx.createImageData(picture.widthPx, picture.heightPx);
  data.data.set(picture.rgba);
  ctx.putImageData(data, 0, 0);
  return new Uint8Array(mime === 'image/png' ? await canvas.encode('png') : await canvas.encode('jpeg', 96));
}

async function write(name: string, presenter: Presenter, entries: readonly MediaEntry[]): Promise<void> {
  const project = newProject({ name, scenes: [['Hello there, and welcome.']] });
  const whole = setPresenter(entries.reduce(addMediaEntry, project), presenter);
  const file = await writeOratorFile(whole, (hash) => Promise.resolve(media.get(hash) ?? null));
  writeFileSync(new URL(`${name}.orator`, import.meta.url), new Uint8Array(await file.arrayBuffer()));
}

async function photo(): Promise<void> {
  const fitted = fitPhoto(portrait.madePicture(), portrait.madeTrack());
  const still = async (picture: Picture, name: string, mime: 'image/png' | 'image/jpeg' = 'image/jpeg') =>
    kept(await coded(picture, mime), {
      ...{ name, mime, kind: 'image' },
      widthPx: picture.widthPx,
      heightPx: picture.heightPx,
    });
  const [picture, cutOut, plate] = [
    await still(portrait.madePicture(), 'picture'),
    await still(fitted.person, 'person', 'image/png'),
    await still(fitted.plate, 'plate'),
  ];
  const fit = await kept(encodePhotoFit(fitted.fit), {
    name: 'fit',
    mime: 'application/octet-stream',
    kind: 'data',
  });
  await write(
    'photo',
    {
      ...{ kind: 'photo', id: newId(), name: 'Drawn', likeness: SYNTHETIC, fit: fit.hash },
      ...{ picture: picture.hash, person: cutOut.hash, plate: plate.hash },
    },
    [picture, cutOut, plate, fit],
  );
}

async function footage(): Promise<void> {
  const frameCount = 64;
  const talker = { ...person.TALKER, frameCount, talks: (s: number) => s > 0.5 && s < 2.2 };
  const shown = {
    ...talker,
    opening: (s: number) => (talker.talks(s) ? 0.14 * (1 + Math.sin(20.7 * s)) : 0),
  };
  const track = person.madeTrack(shown);
  const fitter = createFootageFitter(track);
  const { widthPx, heightPx } = track;
  const output: OutputSpec = {
    ...{ codec: 'h264', container: 'mp4', widthPx, heightPx, rate: person.RATE, bits: 8, alpha: false },
    ...{ effort: 'full', supersample: 1, captions: 'none' },
  };
  const encoding = nativeEncoding(output);
  const writer = openNativeWriter(encoding, encoderSettings(output));
  const segment = await writer.openSegment();
  const mouths: Uint8Array[] = [];
  for (let f = 0; f < frameCount; f++) {
    const picture = coloured(person.madePicture(f, shown));
    const mouth = fitter.look(f, picture);
    if (mouth) mouths.push(await coded(mouth, 'image/jpeg'));
    await segment.encode(picture.rgba, f);
  }
  const whole = await segment.finish();
  const pieces: Uint8Array[] = [];
  await writeMovie({
    ...{ container: 'mp4-fragmented', encoding, frameCount, sound: { kind: 'none' }, title: 'Drawn' },
    segments: (async function* () {
      yield await Promise.resolve(whole);
    })(),
    write: (bytes) => void pieces.push(Uint8Array.from(bytes)),
  });
  const bytes = Uint8Array.from(Buffer.concat(pieces));
  const data = { mime: 'application/octet-stream', kind: 'data' } as const;
  const film = await kept(bytes, {
    ...{ name: 'film', mime: 'video/mp4', kind: 'video', widthPx, heightPx, durationS: frameCount / 25 },
  });
  const pack = await kept(writePicturePack(mouths), { name: 'mouths', ...data });
  const finished = fitter.finish(null, { colourHeight: 1, matte: null });
  const fit = await kept(encodeFootageFit(finished), { name: 'fit', ...data });
  await write(
    'footage',
    {
      ...{ kind: 'footage', id: newId(), name: 'Drawn', likeness: SYNTHETIC },
      ...{ fit: fit.hash, film: film.hash, mouths: pack.hash },
    },
    [film, pack, fit],
  );
}

/** Greys say nothing of whose equations turn film into colours. */
function coloured({ widthPx, heightPx, rgba }: Picture): Picture {
  const out = new Uint8ClampedArray(rgba);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 4) {
      out[at] = (rgba[at] as number) + 35 * Math.sin(x / 17);
      out[at + 1] = (rgba[at + 1] as number) - 25 + 30 * Math.cos(y / 13);
      out[at + 2] = (rgba[at + 2] as number) - 40 + 40 * Math.sin((x + y) / 23);
    }
  return { widthPx, heightPx, rgba: out };
}

await photo();
await footage();
process.exit(0);
