/** Second opinions, against a server of this machine that speaks as OpenAI's does. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { moderate } from '#core/policy/moderation/moderate.ts';
import type { TextPiece } from '#core/policy/moderation/verdict.ts';
import { openAiChat, openAiModeration } from '#server/services/moderation/providers/openai.ts';
import { providersOf } from '#server/services/moderation/providers/switched-on.ts';
import { remembering, withSecondOpinions } from '#server/services/moderation/providers/provider.ts';
import { newProject } from '#core/document/create.ts';
import { openTrust } from './harness/trust.ts';

interface Asked {
  readonly path: string;
  readonly key: string | undefined;
  readonly body: { readonly input?: readonly string[]; readonly messages?: readonly { content: string }[] };
}

let server: Server | null = null;

type Answer = (asked: Asked) => { readonly status?: number; readonly body: unknown } | null;

async function listen(answer: Answer): Promise<{ baseUrl: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  server = createServer((request, response) => {
    void read(request).then((body) => {
      const one = {
        path: request.url ?? '',
        key: request.headers.authorization,
        body: JSON.parse(body) as Asked['body'],
      };
      asked.push(one);
      const said = answer(one);
      // Null: it never answers.
      if (said === null) return;
      response.statusCode = said.status ?? 200;
      response.end(typeof said.body === 'string' ? said.body : JSON.stringify(said.body));
    });
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => (server ? server.close(done) : done(null)));
  server = null;
});

const PIECES: readonly TextPiece[] = [
  { id: 'a', kind: 'script', text: 'Welcome. This is fine.' },
  { id: 'b', kind: 'script', text: 'Nothing a rule knows, but odd.' },
];

async function second(provider: ReturnType<typeof openAiModeration>, timeoutMs = 5000, signal?: AbortSignal) {
  const own = await moderate(PIECES);
  return {
    own,
    ...(await withSecondOpinions(own, PIECES, [provider], { timeoutMs, ...(signal ? { signal } : {}) })),
  };
}

describe('a moderation endpoint', () => {
  it('is sent all pieces at once, with its key, and adds what it flags', async () => {
    const { baseUrl, asked } = await listen(() => ({
      body: {
        results: [
          { flagged: false, categories: { hate: false }, category_scores: { hate: 0.01, violence: 0.6 } },
          {
            flagged: true,
            categories: { 'harassment/threatening': true },
            category_scores: { 'harassment/threatening': 0.31 },
          },
        ],
      },
    }));
    const { verdict, notices } = await second(openAiModeration({ baseUrl, apiKey: 'k', model: 'm' }));
    expect(asked).toMatchObject([
      { path: '/v1/moderations', key: 'Bearer k', body: { input: PIECES.map(({ text }) => text) } },
    ]);
    expect(verdict.decision).toBe('review');
    expect(verdict.pieces.map(({ decision }) => decision)).toEqual(['allow', 'review']);
    expect(verdict.pieces[1]?.findings).toMatchObject([
      { category: 'threats', rule: 'T9', source: 'provider', decision: 'review' },
    ]);
    expect(notices).toEqual([]);
  });
});

describe('a chat model', () => {
  it('is told the policy, gets each piece as words and not as orders, and marks the words it quotes', async () => {
    const { baseUrl, asked } = await listen(({ body }) => ({
      body: {
        choices: [
          {
            message: {
              content: body.messages?.[1]?.content.includes('odd')
                ? '```json\n{"findings":[{"category":"fraud","score":0.9,"quote":"but odd"},{"category":"nonsense","score":1}]}\n```'
                : '{"findings":[]}',
            },
          },
        ],
      },
    }));
    const { verdict } = await second(openAiChat({ baseUrl, apiKey: null, model: 'm' }));
    expect(asked.map(({ path, key }) => [path, key])).toEqual([
      ['/v1/chat/completions', undefined],
      ['/v1/chat/completions', undefined],
    ]);
    expect(asked[0]?.body.messages?.[0]?.content).toContain('H1 (hate)');
    const finding = verdict.pieces[1]?.findings[0];
    expect(finding).toMatchObject({ rule: 'F9', score: 0.9 });
    expect(PIECES[1]?.text.slice(finding?.span?.start, finding?.span?.end)).toBe('but odd');
    expect(verdict.pieces[1]?.findings).toHaveLength(1);
  });
});

const FAILING: readonly (readonly [what: string, answer: Answer, why: string])[] = [
  ['an error', () => ({ status: 500, body: {} }), 'it answered 500'],
  ['nonsense', () => ({ body: '<html>' }), 'its answer is no JSON'],
  ['too few answers', () => ({ body: { results: [] } }), 'it judged 0 pieces of 2'],
  ['no answer', () => null, 'it did not answer within 0.3 s'],
];

describe('a provider that fails leaves our verdict as it is, and says so', () => {
  it.each(FAILING)('%s', async (_, answer, why) => {
    const { baseUrl } = await listen(answer);
    const { own, verdict, notices } = await second(
      openAiModeration({ baseUrl, apiKey: null, model: 'm' }),
      300,
    );
    expect(verdict).toEqual(own);
    expect(notices).toEqual([
      `${new URL(baseUrl).host} could not be asked (${why}); the verdict is Orator’s own.`,
    ]);
  });

  it('nobody there', async () => {
    const { verdict, own, notices } = await second(
      openAiModeration({ baseUrl: 'http://127.0.0.1:9/v1', apiKey: null, model: 'm' }),
    );
    expect(verdict).toEqual(own);
    expect(notices).toHaveLength(1);
  });

  it('a redirect is not followed with the key', async () => {
    const { baseUrl, asked } = await listen(() => ({ status: 302, body: '' }));
    const { notices } = await second(openAiModeration({ baseUrl, apiKey: 'k', model: 'm' }));
    expect(asked).toHaveLength(1);
    expect(notices).toHaveLength(1);
  });
});

it('who asked can call it off', async () => {
  const { baseUrl } = await listen(() => null);
  const stop = new AbortController();
  const asking = second(openAiModeration({ baseUrl, apiKey: null, model: 'm' }), 60_000, stop.signal);
  setTimeout(() => stop.abort(), 50);
  await expect(asking).rejects.toMatchObject({ code: 'cancelled' });
});

it('is off unless an address is set', () => {
  expect(providersOf({})).toEqual([]);
  expect(providersOf({ MODERATION_URL: 'http://127.0.0.1:1/v1' }).map(({ name }) => name)).toEqual([
    '127.0.0.1:1',
  ]);
});

describe('in the server', () => {
  interface Body {
    readonly id: string;
    readonly decision: string;
    readonly pieces: readonly { readonly findings: readonly { readonly source: string }[] }[];
  }
  const flagging: Answer = ({ body }) => ({
    body: {
      results: (body.input ?? []).map((text) => ({
        categories: { hate: text.includes('odd') },
        category_scores: { hate: text.includes('odd') ? 0.8 : 0.01 },
      })),
    },
  });
  async function serverAsking(answer: Answer) {
    const { baseUrl, asked } = await listen(answer);
    const trust = await openTrust({ env: { MODERATION_URL: baseUrl } });
    const author = await trust.person();
    const judge = async (text: string) => {
      const project = newProject();
      const [scene] = project.scenes;
      const [paragraph] = scene?.script.paragraphs ?? [];
      if (!scene || !paragraph) throw new Error('a new project has a scene and a paragraph');
      const script = { paragraphs: [{ ...paragraph, content: [{ kind: 'text' as const, text }] }] };
      const sent = { ...project, scenes: [{ ...scene, script }] };
      return (await trust.ask<Body>(author, 'POST', '/api/moderation/verdicts', { project: sent })).body;
    };
    return { trust, judge, asked };
  }

  it('is asked for what was not judged before, adds a review, and the verdict stays the same', async () => {
    const { trust, judge, asked } = await serverAsking(flagging);
    try {
      const first = await judge('Something odd.');
      expect(first.decision).toBe('review');
      expect(first.pieces.flatMap(({ findings }) => findings)).toMatchObject([{ source: 'provider' }]);
      expect((await judge('Something odd.')).id).toBe(first.id);
      expect(asked).toHaveLength(1);
      expect((await judge('Something even.')).decision).toBe('allow');
      expect(asked[1]?.body.input).toEqual(['Something even.']);
    } finally {
      await trust.close();
    }
  });

  it('that cannot be heard lowers nothing, and is asked again the next time', async () => {
    let works = false;
    const { trust, judge } = await serverAsking((asked) =>
      works ? flagging(asked) : { status: 503, body: '' },
    );
    try {
      const threat = await judge('I will kill you and your family tonight, odd.');
      expect(threat.decision).toBe('block');
      const missed = await judge('Something odd.');
      expect(missed.decision).toBe('allow');
      expect((await judge('Something odd.')).id).toBe(missed.id);
      works = true;
      expect((await judge('Something odd.')).decision).toBe('review');
      expect((await judge('I will kill you and your family tonight, odd.')).decision).toBe('block');
    } finally {
      await trust.close();
    }
  });
});

it('what was answered before another request failed is remembered', async () => {
  const pieces = Array.from({ length: 40 }, (_, i) => ({
    id: `${i}`,
    kind: 'script' as const,
    text: `Text ${i}`,
  }));
  let fails = true;
  const sizes: number[] = [];
  const provider = remembering({
    name: 'p',
    judge: (part) => {
      sizes.push(part.length);
      if (fails && part.length < 32) return Promise.reject(new Error('down'));
      return Promise.resolve(part.map(() => []));
    },
  });
  const signal = new AbortController().signal;
  await expect(provider.judge(pieces, signal)).rejects.toThrow('down');
  fails = false;
  expect(await provider.judge(pieces, signal)).toHaveLength(40);
  expect(sizes).toEqual([32, 8, 8]);
});
