/**
 * How often moderation holds up pictures of people that may be shown: portraits and frames of `../shared/media`. What it
 * misses is not measured: the project has no unsafe pictures. nsfwjs publishes about 90 % over its five kinds for the
 * network that is converted here.
 */
import {
  moderateImage,
  openPictureClassifier,
  PICTURE_KINDS,
} from '#core/policy/moderation/images/picture-classifier.ts';
import { diskModelFiles } from '#server/render/adapters/model-files.ts';
import { ortNodeRuntime } from '#server/render/adapters/ort-node.ts';
import { safePictures } from './moderation/pictures.ts';
import { share } from './moderation/share.ts';
import { median, type Row } from './row.ts';

export const name = 'moderation: pictures';

export async function run(): Promise<readonly Row[]> {
  const pictures = await safePictures();
  if (pictures.length === 0)
    return [{ what: 'no pictures: ../shared/media is absent', value: NaN, unit: '' }];
  const files = diskModelFiles();
  const runtime = ortNodeRuntime({ files });
  try {
    const classifier = await openPictureClassifier(runtime, files);
    const rows: Row[] = [];
    const times: number[] = [];
    for (const kind of ['portrait', 'frame'] as const) {
      const own = pictures.filter((one) => one.kind === kind);
      const worst = Object.fromEntries(PICTURE_KINDS.map((name) => [name, 0]));
      let [review, block] = [0, 0];
      for (const { name, picture } of own) {
        const startedMs = performance.now();
        const { decision } = await moderateImage(name, picture, classifier);
        times.push(performance.now() - startedMs);
        if (decision === 'review') review++;
        if (decision === 'block') block++;
        const shares = await classifier.look(picture);
        for (const one of PICTURE_KINDS) worst[one] = Math.max(worst[one] ?? 0, shares[one]);
      }
      rows.push(share(`${kind}s sent to a person`, review, own.length));
      rows.push(share(`${kind}s blocked`, block, own.length));
      for (const one of ['porn', 'hentai', 'sexy'] as const)
        rows.push({ what: `${kind}s, highest share of ${one}`, value: worst[one] ?? 0, unit: '' });
    }
    return [
      ...rows,
      { what: 'a picture', value: median(times), unit: 'ms', note: 'median, squeezing included' },
    ];
  } finally {
    await runtime.close();
  }
}
