/** The films that are measured: always the same words, so that numbers of two days can be laid side by side. */
import { newParagraph, newProject } from '#core/document/create.ts';
import type { VideoFormat, Project } from '#core/document/project.ts';
import type { Paragraph } from '#core/document/script.ts';
import { RATE_30 } from '#core/base/time.ts';

/** Four paragraphs of about two and a half seconds each. */
export const TEN_SECONDS: readonly string[] = [
  'Good morning, and welcome to the harbour tour.',
  'We leave at nine from the old stone pier.',
  'Bring a warm coat, and something to drink.',
  'The best view is from the upper deck.',
];

/** A paragraph as people write them: three sentences, about nine seconds. */
export const THREE_SENTENCES =
  'Our harbour is older than the town around it. Every stone of the pier was carried here by hand. ' +
  'Tonight we will hear how that was done, and by whom.';

const WORDS_A_MINUTE = 190;

export function formatOf(heightPx: number): VideoFormat {
  return { widthPx: Math.round((heightPx * 16) / 9 / 2) * 2, heightPx, rate: RATE_30 };
}

export function filmOf(paragraphs: readonly string[], heightPx: number): Project {
  return newProject({ name: 'Bench', scenes: [paragraphs], format: formatOf(heightPx) });
}

/**
 * About so many minutes of speech, no two paragraphs alike: what is the same would be drawn once and used again, and a
 * long film would cost no more than a short one.
 */
export function longScript(minutes: number): string[] {
  const perParagraph = THREE_SENTENCES.split(' ').length + 4;
  const count = Math.round((minutes * WORDS_A_MINUTE) / perParagraph);
  return Array.from({ length: count }, (_, i) => `This is note number ${i + 1}. ${THREE_SENTENCES}`);
}

/** The project with another text in one paragraph of its first scene; the paragraph stays the same one. */
export function withText(project: Project, index: number, text: string): Project {
  const scenes = project.scenes.map((scene, s) => {
    if (s > 0) return scene;
    const paragraphs: Paragraph[] = scene.script.paragraphs.map((paragraph, p) =>
      p === index ? { ...newParagraph(text), id: paragraph.id } : paragraph,
    );
    return { ...scene, script: { paragraphs } };
  });
  return { ...project, scenes };
}
