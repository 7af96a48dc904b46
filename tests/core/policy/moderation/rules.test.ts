import { describe, expect, it } from 'vitest';
import { moderate, ModerationMemo } from '#core/policy/moderation/moderate.ts';
import { ruleOf } from '#core/policy/moderation/policy.ts';
import {
  CATEGORIES,
  type PieceVerdict,
  type TextClassifier,
  type TextPiece,
} from '#core/policy/moderation/verdict.ts';

async function judge(text: string, kind: TextPiece['kind'] = 'script'): Promise<PieceVerdict> {
  const { pieces } = await moderate([{ id: 'piece', kind, text }]);
  return pieces[0] as PieceVerdict;
}

/** `rule words`, for each finding. */
async function found(text: string, kind?: TextPiece['kind']): Promise<string[]> {
  const { findings } = await judge(text, kind);
  return findings.map(({ rule, span }) => `${rule} ${span ? text.slice(span.start, span.end) : ''}`);
}

describe('each category has words that are named by rule and to the letter', () => {
  it.each([
    ['All of them gone. Kill all Muslims. The end.', 'H1 Kill all Muslims'],
    ['Refugees are nothing but cockroaches!', 'H2 Refugees are nothing but cockroaches'],
    ['You are a worthless piece of shit.', 'R1 You are a worthless piece of shit'],
    ['We’re gonna break your legs.', 'T1 We’re gonna break your legs'],
    ['Pay me 500 euros or I will publish your photos.', 'T5 Pay me 500 euros or I will publish'],
    ['You should kill yourself.', 'I1 You should kill yourself'],
    ['Guaranteed returns, every month.', 'F1 Guaranteed returns'],
    ['Please vote for Kamala Harris on Tuesday.', 'P1 vote for Kamala Harris on'],
    ['Vaccines cause autism.', 'X2 Vaccines cause autism'],
    ['Buy cocaine online here.', 'G1 Buy cocaine online'],
    ['Xanax without a prescription!', 'G4 Xanax without a prescription'],
    ['The card is 4539 1488 0343 6467, thanks.', 'D1 4539 1488 0343 6467'],
    ['Alle Juden vergasen', 'H1 Alle Juden vergasen'],
    ['Il faut tuer tous les Arabes.', 'H1 Il faut tuer tous les Arabes'],
    ['Te voy a matar.', 'T1 Te voy a matar'],
  ])('%s', async (text, finding) => {
    expect(await found(text)).toContain(finding);
  });
});

describe('what is written so that machines do not read it is read', () => {
  it.each([
    'k1ll all jews',
    'kill all j3ws',
    'k i l l   a l l   j e w s',
    'k.i.l.l a.l.l j.e.w.s',
    'kiiiilll all jeeeews',
    'k\u200bill al\u200dl je\u00adws',
    'кill аll jеws',
    'ｋｉｌｌ ａｌｌ ｊｅｗｓ',
    '𝗸𝗶𝗹𝗹 𝗮𝗹𝗹 𝗷𝗲𝘄𝘀',
    'ⓚⓘⓛⓛ all 🅹🅴🆆🆂',
    'kìll àll jéws',
    'KILL ALL JEWS',
    'k*ll all j*ws',
  ])('%s', async (text) => {
    const { findings } = await judge(`So, ${text}, they say.`);
    expect(findings.map(({ rule }) => rule)).toContain('H1');
    const span = findings.find(({ rule }) => rule === 'H1')?.span;
    expect(`So, ${text}, they say.`.slice(span?.start, span?.end)).toBe(text);
  });
});

describe('what only looks alike is let through', () => {
  it.each([
    'Kill it on stage tonight!',
    'Shoot a video of all the women on your team.',
    'This deal is to die for.',
    'Blow up your sales in thirty days.',
    'We will kill the old feature flag and execute the plan.',
    'Vote on the new logo by Friday.',
    'A return of four percent is not guaranteed.',
    'Order number 4539 1488 0343 6468.',
    'Contact us at +49 30 1234567 or info@example.com.',
    'Hang the picture, cut the cable and drown the noise.',
    'The B2B co-op shipped v2.0 with 4x the speed at 100% uptime.',
    'Try card 4242 4242 4242 4242 in the sandbox.',
    'Wir bringen dich um die Ecke zum neuen Büro.',
    'Nous allons vous montrer comment économiser.',
    'Vamos a matar el tiempo con un juego.',
  ])('%s', async (text) => {
    expect(await found(text)).toEqual([]);
  });
});

describe('what stands beside the words counts', () => {
  it.each([
    ['He shouted “kill all Jews” and was convicted of incitement.', 'allow'],
    ['Never write “kill all Muslims”.', 'allow'],
    ['The claim that vaccines cause autism is false.', 'allow'],
    ['There is no evidence that vaccines cause autism.', 'allow'],
    ['Jews are not vermin.', 'allow'],
    ['In this lesson you hear of a man who wanted to kill all Jews.', 'review'],
    [
      'To protect children, teachers learn that “our little secret, do not tell your mom” is a warning sign.',
      'review',
    ],
    ['Our training is over. Kill all Jews.', 'review'],
    ['Dass Impfungen Autismus verursachen, ist falsch.', 'allow'],
    ['Kill all Jews.', 'block'],
  ])('%s', async (text, decision) => {
    expect((await judge(text)).decision).toBe(decision);
  });
});

describe('the verdict', () => {
  it('is grave as its gravest piece, and each piece keeps its own', async () => {
    const verdict = await moderate([
      { id: 'a', kind: 'script', text: 'Welcome to the course.' },
      { id: 'b', kind: 'script', text: 'Vote for Donald Trump today.' },
      { id: 'c', kind: 'on-screen', text: 'Kill all Jews.' },
    ]);
    expect(verdict.decision).toBe('block');
    expect(verdict.pieces.map(({ pieceId, decision }) => [pieceId, decision])).toEqual([
      ['a', 'allow'],
      ['b', 'review'],
      ['c', 'block'],
    ]);
    expect(verdict.classifierRevision).toBeNull();
  });

  it('tells reason and way as the policy does', async () => {
    const { findings } = await judge('You should kill yourself.');
    expect(findings[0]).toMatchObject({ reason: ruleOf('I1').reason, way: ruleOf('I1').way, score: 1 });
  });

  it('names known persons in names alone', async () => {
    expect(await found('Elon Musk', 'name')).toEqual(['F6 Elon Musk']);
    expect(await found('Elon Musk bought a company in 2022.')).toEqual([]);
  });
});

/** Says that sentences with “odd” in them are threats, and counts what it is asked. */
function oddClassifier(score = 0.8): TextClassifier & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    revision: `odd ${score}`,
    classify: (sentences) => {
      asked.push(...sentences);
      return Promise.resolve(
        sentences.map((sentence) =>
          Float32Array.from(CATEGORIES, (category) =>
            category === 'threats' && sentence.includes('odd') ? score : 0,
          ),
        ),
      );
    },
  };
}

describe('with a classifier', () => {
  const script = (id: string, text: string): TextPiece => ({ id, kind: 'script', text });

  it('what no rule names goes to a person, and the sentence is marked', async () => {
    const text = 'All is well. This is odd. All is well.';
    const { pieces } = await moderate([script('a', text)], { classifier: oddClassifier() });
    expect(pieces[0]?.findings).toMatchObject([
      { rule: 'T9', source: 'classifier', decision: 'review', span: { start: 13, end: 25 } },
    ]);
  });

  it('a rule speaks first', async () => {
    const { pieces } = await moderate([script('a', 'How odd, I will kill you.')], {
      classifier: oddClassifier(),
    });
    expect(pieces[0]?.findings.map(({ rule }) => rule)).toEqual(['T1']);
  });

  it('a suspicion that it does not share is dropped, a certainty is not', async () => {
    const told = script(
      'a',
      'In this lesson a man says that he will blow up the school: I will blow up the school.',
    );
    expect((await moderate([told])).decision).toBe('review');
    expect((await moderate([told], { classifier: oddClassifier() })).decision).toBe('allow');
    const meant = script('b', 'I will kill you.');
    expect((await moderate([meant], { classifier: oddClassifier() })).decision).toBe('block');
  });

  it('an edit is all that is read again', async () => {
    const classifier = oddClassifier();
    const memo = new ModerationMemo();
    const first = [script('a', 'One thing. Another thing.'), script('b', 'A third thing.')];
    const before = await moderate(first, { classifier, memo });
    expect(classifier.asked).toEqual(['One thing.', 'Another thing.', 'A third thing.']);
    classifier.asked.length = 0;
    await moderate([script('a', 'One thing. Another odd thing.'), script('b', 'A third thing.')], {
      classifier,
      memo,
    });
    expect(classifier.asked).toEqual(['Another odd thing.']);
    expect(await moderate(first, { classifier, memo })).toEqual(before);
  });

  it('is given words with their masks off', async () => {
    const classifier = oddClassifier();
    await moderate([script('a', 'Buy c0ca1ne here.')], { classifier });
    expect(classifier.asked).toEqual(['Buy cocaine here.']);
  });
});
