/**
 * What an account manages of itself on the server: passkeys, sign-ins, keys and organisations. The addresses under
 * /api/auth are the account library's own and stand here alone, with the few fields of its answers that are used.
 */
import { AppError, toAppError } from '#core/base/errors.ts';
import { callAccounts } from './client.ts';

export interface Passkey {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: string | null;
}
export interface SignIn {
  readonly id: string;
  /** Ends the session where it is sent to `endSignIn`; of no use to anyone else. */
  readonly token: string;
  readonly userAgent: string | null;
  readonly updatedAt: string;
}
export interface ApiKey {
  readonly id: string;
  readonly name: string | null;
  /** Its first characters, to know it again. */
  readonly start: string | null;
  readonly expiresAt: string | null;
  readonly permissions: Readonly<Record<string, unknown>> | null;
}
export interface Organization {
  readonly id: string;
  readonly name: string;
  /** What the server's keeper calls it. */
  readonly slug: string;
}
export type OrganizationRole = 'member' | 'reviewer' | 'admin';
export interface Member {
  readonly id: string;
  readonly userId: string;
  readonly role: OrganizationRole;
  readonly user: { readonly name: string; readonly email: string };
}
export interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: OrganizationRole;
  readonly status: string;
  readonly organizationName?: string;
}
export interface WholeOrganization extends Organization {
  readonly members: readonly Member[];
  readonly invitations: readonly Invitation[];
}

/** A passkey belongs to a name: an address of numbers cannot have one, and neither can a browser without them. */
export function passkeysHere(): boolean {
  return 'PublicKeyCredential' in globalThis && !/^[\d.]+$|:/.test(location.hostname);
}

/** @throws AppError cancelled: the person closed the browser's question; refused; network */
export async function addPasskey(name: string): Promise<void> {
  await asked(async () => {
    const options = (await callAccounts(
      `passkey/generate-register-options?name=${encodeURIComponent(name)}`,
    )) as PublicKeyCredentialCreationOptionsJSON;
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential | null;
    await callAccounts('passkey/verify-registration', { response: made?.toJSON() ?? {}, name });
  });
}

/** Signs in. @throws as `addPasskey` */
export async function enterByPasskey(): Promise<void> {
  await asked(async () => {
    const options = (await callAccounts(
      'passkey/generate-authenticate-options',
    )) as PublicKeyCredentialRequestOptionsJSON;
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const held = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null;
    await callAccounts('passkey/verify-authentication', { response: held?.toJSON() ?? {} });
  });
}

export const listPasskeys = async () =>
  (await asked(() => callAccounts('passkey/list-user-passkeys'))) as readonly Passkey[];
export const deletePasskey = (id: string) => asked(() => callAccounts('passkey/delete-passkey', { id }));

/** @returns every place that is signed in, and the id of this one */
export async function listSignIns(): Promise<{ readonly all: readonly SignIn[]; readonly ownId: string }> {
  const [all, own] = await Promise.all([
    asked(() => callAccounts('list-sessions')),
    callAccounts('get-session'),
  ]);
  const ownId = (own as { session?: { id?: string } } | null)?.session?.id ?? '';
  return { all: all as readonly SignIn[], ownId };
}
export const endSignIn = (token: string) => asked(() => callAccounts('revoke-session', { token }));
export const endOtherSignIns = () => asked(() => callAccounts('revoke-other-sessions', {}));

export const listKeys = async () =>
  ((await asked(() => callAccounts('api-key/list'))) as { readonly apiKeys: readonly ApiKey[] }).apiKeys;
export const deleteKey = (keyId: string) => asked(() => callAccounts('api-key/delete', { keyId }));

export const listOrganizations = async () =>
  (await asked(() => callAccounts('organization/list'))) as readonly Organization[];
/** By the secret in its link; for whom it is meant alone. @throws AppError refused, not-found */
export const invitationOf = async (id: string) =>
  (await asked(() => callAccounts(`organization/get-invitation?id=${encodeURIComponent(id)}`))) as Invitation;
export async function organizationOf(organizationId: string): Promise<WholeOrganization> {
  const whole = (await asked(() =>
    callAccounts(`organization/get-full-organization?organizationId=${encodeURIComponent(organizationId)}`),
  )) as WholeOrganization;
  return { ...whole, invitations: whole.invitations.filter(({ status }) => status === 'pending') };
}
export async function foundOrganization(name: string): Promise<void> {
  await asked(() => callAccounts('organization/create', { name, slug: shortNameFor(name) }));
}
/** For the server's keeper, who types it: letters first, as a dash would make it an option; and nobody else's. */
export function shortNameFor(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return [...(words.length > 0 ? words : ['organisation']), crypto.randomUUID().slice(0, 8)].join('-');
}
export const invite = (organizationId: string, email: string, role: OrganizationRole) =>
  asked(() => callAccounts('organization/invite-member', { organizationId, email, role }));
export const cancelInvitation = (invitationId: string) =>
  asked(() => callAccounts('organization/cancel-invitation', { invitationId }));
export const acceptInvitation = (invitationId: string) =>
  asked(() => callAccounts('organization/accept-invitation', { invitationId }));
export const rejectInvitation = (invitationId: string) =>
  asked(() => callAccounts('organization/reject-invitation', { invitationId }));
export const setRole = (organizationId: string, memberId: string, role: OrganizationRole) =>
  asked(() => callAccounts('organization/update-member-role', { organizationId, memberId, role }));
export const removeMember = (organizationId: string, memberIdOrEmail: string) =>
  asked(() => callAccounts('organization/remove-member', { organizationId, memberIdOrEmail }));
export const leaveOrganization = (organizationId: string) =>
  asked(() => callAccounts('organization/leave', { organizationId }));
export const deleteOrganization = (organizationId: string) =>
  asked(() => callAccounts('organization/delete', { organizationId }));

/** Runs it, and says what the library or the browser says in our words. */
async function asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw inWords(error);
  }
}

const WORDS: Readonly<Record<string, readonly [message: string, way?: string]>> = {
  SESSION_NOT_FRESH: [
    'It is a while since you signed in here.',
    'Sign out and in again, then try once more.',
  ],
  PREVIOUSLY_REGISTERED: ['This device has a passkey for this account.'],
  CHALLENGE_NOT_FOUND: ['That took too long.', 'Try again.'],
  PASSKEY_NOT_FOUND: ['The server does not know this passkey.', 'Sign in with your password.'],
  AUTHENTICATION_FAILED: ['The passkey did not fit.', 'Try again, or sign in with your password.'],
  FAILED_TO_VERIFY_REGISTRATION: ['The passkey was not accepted.', 'Try again.'],
  INVITATION_NOT_FOUND: ['This invitation was answered, taken back, or is over.', 'Ask for another.'],
  YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION: [
    'This invitation is for another address.',
    'Sign out, then in with the address that was asked in.',
  ],
  USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION: ['They are a member.'],
  USER_IS_ALREADY_INVITED_TO_THIS_ORGANIZATION: ['They are invited, and have not answered yet.'],
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_AS_THE_ONLY_OWNER: [
    'You are its only admin.',
    'Make someone else an admin first, or delete the organisation.',
  ],
  YOU_CANNOT_LEAVE_THE_ORGANIZATION_WITHOUT_AN_OWNER: [
    'It would be left without an admin.',
    'Make someone else an admin first, or delete the organisation.',
  ],
  YOU_HAVE_REACHED_THE_MAXIMUM_NUMBER_OF_ORGANIZATIONS: [
    'You have as many organisations as one account may.',
  ],
};

function inWords(error: unknown): AppError {
  if (error instanceof DOMException) {
    if (error.name === 'NotAllowedError' || error.name === 'AbortError')
      return new AppError('cancelled', 'No passkey was chosen.', { cause: error });
    if (error.name === 'InvalidStateError')
      return new AppError('refused', 'This device has a passkey for this account.', { cause: error });
    return new AppError('unsupported-browser', 'This browser cannot use a passkey here.', {
      cause: error,
      way: 'Use your password.',
    });
  }
  const told = toAppError(error);
  const [message, way] = WORDS[String(told.code)] ?? [];
  return message === undefined
    ? told
    : new AppError('refused', message, { cause: error, ...(way === undefined ? {} : { way }) });
}
