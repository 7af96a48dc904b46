/** The ready project of a first visit: says what Orator is by being it. */
import { newParagraph, newProject } from '#core/document/create.ts';
import type { Background, Project } from '#core/document/project.ts';

const SECOND: Background = { kind: 'gradient', from: '#0f3d3e', to: '#2f7f6f', angleDeg: 50 };
const THIRD: Background = { kind: 'gradient', from: '#3b3054', to: '#b5707a', angleDeg: 65 };

export function sampleProject(): Project {
  const project = newProject({
    name: 'Welcome to Orator',
    scenes: [
      [
        newParagraph(
          [
            { kind: 'text', text: 'Hello, ' },
            { kind: 'gesture', gesture: 'wave' },
            { kind: 'text', text: 'and welcome. Whatever you write here, I ' },
            { kind: 'text', text: 'say', marks: { emphasis: 1 } },
            { kind: 'text', text: '.' },
          ],
          'warm',
        ),
        newParagraph('Change a word, and a moment later you hear it.'),
      ],
      [
        newParagraph([
          { kind: 'text', text: 'Everything happens on this device: ' },
          { kind: 'gesture', gesture: 'open-palms' },
          { kind: 'text', text: 'your script, my voice, and the finished film. ' },
          { kind: 'pause', durationS: 0.5 },
          { kind: 'text', text: 'Nothing is uploaded, even with the network off.' },
        ]),
      ],
      [
        newParagraph(
          [
            {
              kind: 'text',
              text: 'When you are happy, press Export. Or choose Write your own, and the next words are ',
            },
            { kind: 'gesture', gesture: 'point' },
            { kind: 'text', text: 'yours', marks: { emphasis: 2 } },
            { kind: 'text', text: '.' },
          ],
          'joyful',
        ),
      ],
    ],
  });
  const looks = [null, SECOND, THIRD];
  return {
    ...project,
    scenes: project.scenes.map((scene, index) => ({
      ...scene,
      background: looks[index] ?? scene.background,
      transition: index === 0 ? { kind: 'cut' } : { kind: 'cross-fade', durationS: 0.5 },
    })),
  };
}
