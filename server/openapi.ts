/**
 * The one place that names the OpenAPI library. A route is declared once: its shapes, who may call it and how much it
 * may carry; the document, the typed client, the guards and the test over every route for every role are read from
 * that declaration.
 */
import { createRoute, OpenAPIHono, z, type RouteConfig } from '@hono/zod-openapi';
import { AppError } from '#core/base/errors.ts';
import { guard } from './guard.ts';
import type { Caller, Scope } from './services/accounts/caller.ts';

export { z };

/**
 * Who may call a route.
 * - anyone: no account needed.
 * - account: whoever is signed in; what they see is theirs.
 * - owner: signed in, and the object named in the path is theirs; anyone else is told that it does not exist.
 * - reviewer: of the server, or of an organisation that its keeper lets review for itself; of which cases, the service says.
 * - admin: of the server itself.
 */
export type Access = 'anyone' | 'account' | 'owner' | 'reviewer' | 'admin';

export interface ApiEnv {
  Variables: { caller: Caller; requestId: string };
}
export type Api = OpenAPIHono<ApiEnv>;

/** A router whose inputs are held to their schemas; what does not fit is told in a sentence. */
export function newApi(): Api {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const issue = result.error.issues[0];
      const where = issue && issue.path.length > 0 ? `“${issue.path.join('.')}”: ` : '';
      throw new AppError(
        'invalid-input',
        `The request does not hold together. ${where}${issue?.message ?? ''}`.trim(),
      );
    },
  });
}

export interface Rule {
  readonly access: Access;
  /** What an API key must carry; keys without it are refused. A route without a scope is for sessions alone. */
  readonly scope?: Scope;
  /** What a banned account may still do: see why, appeal, take back a consent, delete. */
  readonly evenBanned?: boolean;
  /** The most bytes a body may have; 64 KiB unless said. */
  readonly maxBytes?: number;
}

export const DEFAULT_MAX_BYTES = 64 * 1024;

/** Declares a route. The rule is enforced before the handler and stands in the document as `x-orator-rule`. */
export function route<R extends RouteConfig>(rule: Rule, config: R) {
  const errors = Object.fromEntries(
    errorStatuses(rule).map((status) => [
      status,
      { description: ERRORS[status] ?? 'Error', content: { 'application/json': { schema: ErrorBody } } },
    ]),
  );
  const declared = {
    ...config,
    middleware: [guard(rule)],
    'x-orator-rule': {
      access: rule.access,
      scope: rule.scope ?? null,
      evenBanned: rule.evenBanned ?? false,
      maxBytes: rule.maxBytes ?? DEFAULT_MAX_BYTES,
    },
    responses: { ...errors, ...config.responses },
  };
  return createRoute(declared as R);
}

export const ErrorBody = z
  .object({ code: z.string(), message: z.string(), way: z.string().optional(), cause: z.string().optional() })
  .openapi('Error');

const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request does not hold together.',
  401: 'Signing in is needed.',
  403: 'Not allowed.',
  404: 'There is no such thing, or it is not yours.',
  413: 'Too large.',
  429: 'Too many requests; Retry-After says when.',
  503: 'Not ready, or too busy; Retry-After says when.',
};

function errorStatuses(rule: Rule): number[] {
  const common = [400, 413, 429, 503];
  return rule.access === 'anyone' ? common : [...common, 401, 403, 404];
}

/** Shorthand for a JSON answer. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** Shorthand for a JSON body that must be there. */
export function body<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } } as const;
}

/** What a declared route demands, as read from the document by the tests. */
export function ruleOf(operation: object): Rule | null {
  const rule: unknown = Reflect.get(operation, 'x-orator-rule');
  return rule !== null && typeof rule === 'object' ? (rule as Rule) : null;
}
