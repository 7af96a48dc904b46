/** The account on the server this app came from. The studio works without one; what the server does for others asks for it. */
import { AppError, toAppError } from '#core/base/errors.ts';
import { enterByPasskey } from '../api/accounts.ts';
import { callAccounts, type ServerClient } from '../api/client.ts';

export type AccountState =
  | { readonly kind: 'unknown' }
  /** There is no server, or no way to it now. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed-out' }
  | {
      readonly kind: 'signed-in';
      readonly email: string;
      /** Keeps this server: sees what concerns everyone's films. */
      readonly keeper: boolean;
    };

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}
export const SHORTEST_PASSWORD = 12;

export class AccountManager {
  state = $state.raw<AccountState>({ kind: 'unknown' });
  readonly #client: ServerClient;

  constructor(client: ServerClient) {
    this.#client = client;
  }

  /** Asks who is signed in. */
  async look(): Promise<AccountState> {
    try {
      const { account } = await this.#client.call('GET /api/me', {});
      this.state = account
        ? {
            kind: 'signed-in',
            email: emailOf(await callAccounts('get-session')),
            keeper: account.memberships.some(({ operator, role }) => operator && role === 'admin'),
          }
        : { kind: 'signed-out' };
    } catch {
      this.state = { kind: 'unreachable' };
    }
    return this.state;
  }

  /** @throws AppError refused: they do not fit each other; network */
  async signIn(email: string, password: string): Promise<void> {
    await this.#enter('sign-in/email', { email, password });
  }
  /** By this device's own lock. @throws AppError cancelled; refused: the server knows no such passkey; network */
  async signInByPasskey(): Promise<void> {
    await enterByPasskey();
    await this.look();
  }
  /** @throws AppError refused: there is such an account, or the password is too short; network */
  async signUp(person: NewAccount): Promise<void> {
    await this.#enter('sign-up/email', person);
  }
  async signOut(): Promise<void> {
    await callAccounts('sign-out', {});
    this.state = { kind: 'signed-out' };
  }

  async #enter(path: string, body: object): Promise<void> {
    try {
      await callAccounts(path, body);
    } catch (error) {
      throw entryError(error);
    }
    await this.look();
  }
}

/** What the library of accounts says, in our words. */
function entryError(error: unknown): AppError {
  const told = toAppError(error);
  switch (String(told.code)) {
    case 'INVALID_EMAIL_OR_PASSWORD':
      return new AppError('refused', 'There is no account with this address and this password.', {
        way: 'See that both are right, or make an account.',
      });
    case 'USER_ALREADY_EXISTS':
    case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
      return new AppError('refused', 'There is an account with this address.', { way: 'Sign in instead.' });
    case 'PASSWORD_TOO_SHORT':
      return new AppError('refused', `A password needs at least ${SHORTEST_PASSWORD} characters.`);
    case 'INVALID_EMAIL':
      return new AppError('refused', 'This is no e-mail address.');
    default:
      return told;
  }
}

function emailOf(found: unknown): string {
  if (found === null || typeof found !== 'object' || !('user' in found)) return '';
  const { user } = found;
  if (user === null || typeof user !== 'object' || !('email' in user)) return '';
  return typeof user.email === 'string' ? user.email : '';
}
