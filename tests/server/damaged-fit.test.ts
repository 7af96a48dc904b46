/** What was fitted to a presenter, read well and yet such that nothing can be made of it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { animate } from '#core/motion/animate.ts';
import { decodePhotoFit, type PhotoFit } from '#core/presenter/photo/fit.ts';
import { prepareFitted } from '#core/presenter/prepare-fitted.ts';
import { readOratorFile } from '#shared/orator-file.ts';
import { say } from '#tests/core/motion/synthetic.ts';
import { GOLDEN } from './harness/parity.ts';

test('a photo whose places are no numbers is told as damaged', async () => {
  const { project, media } = await readOratorFile(new Uint8Array(readFileSync(`${GOLDEN}/photo.orator`)));
  const [presenter] = project.presenters;
  if (presenter?.kind !== 'photo') throw new Error('the film has no photo');
  const fit = decodePhotoFit(media.get(presenter.fit) as Uint8Array);
  const { speech, paragraph } = say([{ text: 'My', ipa: 'm ˈaɪ' }]);
  const motion = animate(speech, { paragraph, rate: { num: 25, den: 1 } });
  const prepared = (data: PhotoFit) => prepareFitted(presenter, motion, data, { cutOut: false });
  expect(prepared(fit).draw(0).length).toBeGreaterThan(0);
  const positions = fit.mesh.positions.map((value, i) => (i % 30 === 0 ? NaN : value));
  expect(() => prepared({ ...fit, mesh: { ...fit.mesh, positions } }).draw(0)).toThrow(
    expect.objectContaining({ code: 'corrupt-file', message: 'What was fitted to “Drawn” is damaged.' }),
  );
});
