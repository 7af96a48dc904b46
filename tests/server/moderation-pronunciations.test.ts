/** What is made to be said by sounds is judged as what it says: by its words where it has some, else by a person. */
import { describe, expect, test } from 'vitest';
import { newParagraph, newProject, newScene } from '#core/document/create.ts';
import type { Project } from '#core/document/project.ts';
import { moderate } from '#core/policy/moderation/moderate.ts';
import { textPieces } from '#core/policy/moderation/pieces.ts';
import { markReader } from '#server/services/moderation/pronunciations.ts';

/** “We will hug all immigrants.”, where the mark says how `hug` is said. */
function saying(pronunciation: string, text = 'hug', language = 'en-US'): Project {
  const project = newProject();
  const [voice] = project.voices;
  if (!voice) throw new Error('a new project has a voice');
  const content = [
    { kind: 'text', text: 'We will ' },
    { kind: 'text', text, marks: { pronunciation } },
    { kind: 'text', text: ' all immigrants.' },
  ] as const;
  const scene = newScene({ voice: voice.id, paragraphs: [newParagraph(content)] });
  return { ...project, voices: [{ ...voice, language }], scenes: [scene] };
}
async function judged(project: Project) {
  const pieces = textPieces(project, await markReader(project));
  const said = pieces.find(({ id }) => id.endsWith(':said'));
  return { said, verdict: await moderate(pieces) };
}

describe('sounds', () => {
  test.each(['/kɪl/', '[kɪl]', '/ˈkɪl/'])(
    'that say another word (%s) are judged as that word',
    async (say) => {
      const { said, verdict } = await judged(saying(say));
      expect(said).toMatchObject({ text: 'We will kill all immigrants.' });
      expect(said?.unread).toBeUndefined();
      expect(verdict.decision).toBe('block');
    },
  );

  test('that run several words together are read apart', async () => {
    const { said, verdict } = await judged(saying('/kɪlɔlɪməɡɹənts/', 'congratulate'));
    expect(said?.text).toContain('kill all immigrants');
    expect(verdict.decision).toBe('block');
  });

  test('that say more than the words they cover are read, and go to a person besides', async () => {
    const { said, verdict } = await judged(saying('/wi wɪl ɡoʊ hoʊm ænd it bɹɛd wɪð/', 'hi'));
    expect(said?.text).toMatch(/home and eat bread/);
    expect(said?.unread).toHaveLength(1);
    expect(verdict.decision).toBe('review');
  });

  test('that are no words go to a person, who sees them as they are', async () => {
    const { said, verdict } = await judged(saying('/vlʒbzt/'));
    expect(said?.text).toContain('/vlʒbzt/');
    const findings = verdict.pieces.flatMap((piece) => piece.findings);
    expect(findings).toMatchObject([{ decision: 'review', rule: 'F9' }]);
    expect(said?.text.slice(findings[0]?.span?.start, findings[0]?.span?.end)).toBe('/vlʒbzt/');
  });

  test('in a language without a dictionary go to a person', async () => {
    expect((await judged(saying('/kɪl/', 'hug', 'de-DE'))).verdict.decision).toBe('review');
  });

  test('that say the word as it is, or a common one, pass', async () => {
    for (const [say, text] of [
      ['/hʌɡ/', 'hug'],
      ['/təˈmeɪtoʊ/', 'tomato'],
      ['/ˈsiːkwəl/', 'SQL'],
    ] as const)
      expect((await judged(saying(say, text))).verdict.decision, say).toBe('allow');
  });

  test('a slash at the beginning hides no respelling', async () => {
    const { said, verdict } = await judged(saying('/kill'));
    expect(said?.text).toBe('We will kill all immigrants.');
    expect(verdict.decision).toBe('block');
  });
});
