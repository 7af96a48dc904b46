import { expect, test } from 'vitest';
import { RATE_25, RATE_30 } from '#core/base/time.ts';
import { newPresenter } from '#core/document/create.ts';
import { animate } from '#core/motion/animate.ts';
import { illustrated } from '#core/presenter/illustrated/index.ts';
import { say } from '../motion/synthetic.ts';

const WORDS = [
  { text: 'Wave', ipa: 'w ˈeɪ v', gesture: 'wave', emphasis: 2 },
  { text: 'at', ipa: 'æ t' },
  { text: 'all', ipa: 'ˈɔ l', gesture: 'spread', emphasis: 2 },
  { text: 'of', ipa: 'ʌ v' },
  { text: 'them!', ipa: 'ð ˈɛ m', emphasis: 2 },
] as const;

test.for([RATE_25, RATE_30])('whatever swings hangs still again on the last frame, at %o', (rate) => {
  const { speech, paragraph } = say(WORDS);
  const track = illustrated.prepare(newPresenter(), animate(speech, { paragraph, rate }));
  const last = track.frameCount - 1;
  expect(track.draw(last)).toEqual(track.draw(0));
  expect(track.draw(Math.floor(last / 2))).not.toEqual(track.draw(0));
});
