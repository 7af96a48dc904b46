/** `orator admin`: the first person who may run a server's reviews is made here, on its own machine. */
import { randomBytes } from 'node:crypto';
import { AppError } from '#core/base/errors.ts';
import { newId } from '#core/base/ids.ts';
import { QUIET } from '../logger.ts';
import { ROLES, type Role } from '../services/accounts/caller.ts';
import { openServices, type Services } from '../services/services.ts';
import { readSettings } from '../settings.ts';
import { parseOptions, UsageError, type Command, type Io } from './command.ts';
import { deadLetters } from './dead-letters.ts';

const USAGE = `Usage: orator admin add <email> [--name NAME] [--role ROLE]
       orator admin reset <email>
       orator admin let-review <organisation>
       orator admin stop-review <organisation>
       orator admin dead-letters
       orator admin dead-letters retry <id>
       orator admin dead-letters drop <id>

add gives someone a role in the organisation that runs this server. Who has no account yet gets one, with the password in
ORATOR_PASSWORD, or a made one that is printed once.
reset ends every session of an account and prints a link by which whoever has it sets a new password, once, within an hour.
It is as good as the password: bring it to its owner by a way that you trust.
let-review lets the reviewers of an organisation, by its short name, decide what the policy leaves to a person in films of
its own members; what that does not cover, server/policy/README.md says. stop-review takes it back.
dead-letters lists steps of films that failed so often that nobody tries them again, one a line: id, when, step, film, what
happened. retry has one tried again, once its cause is mended: its film goes on, and its account pays for what is still to be
drawn. drop puts one away for good; its film stays failed.

The server's settings are taken from the environment, as at its start; with the embedded database the server must be
stopped meanwhile.

  --role ROLE   ${ROLES.join(', ')} (default: admin)
  --name NAME   How they are called (default: the e-mail's first part)`;

export const adminCommand: Command = {
  name: 'admin',
  summary:
    'Make someone an admin or a reviewer of this server; reset a password; let an organisation review; see what failed for good',
  usage: USAGE,
  run,
};

async function run(args: readonly string[], io: Io): Promise<void> {
  const { values, positionals } = parseOptions(args, { role: { type: 'string' }, name: { type: 'string' } });
  const [what, whom, extra] = positionals;
  if (what === 'dead-letters') {
    const work = deadLetters(positionals.slice(1));
    return withServices(({ renders }) => work(renders, io));
  }
  const aboutOrganization = what === 'let-review' || what === 'stop-review';
  if (what !== 'add' && what !== 'reset' && !aboutOrganization)
    throw new UsageError('`orator admin` adds, resets, and lets organisations review; see --help.');
  if (whom === undefined || !(aboutOrganization ? /^\S+$/ : /^[^@\s]+@[^@\s]+$/).test(whom))
    throw new UsageError(aboutOrganization ? 'name an organisation.' : 'name an e-mail address.');
  if (extra !== undefined) throw new UsageError(`one at a time; “${extra}” is one too many.`);
  const role = roleOf(values.role ?? 'admin');
  await withServices(async (services) => {
    if (aboutOrganization) await letReview(services, whom, what === 'let-review', io);
    else if (what === 'reset') await reset(services, whom, io);
    else await add(services, whom, { role, name: values.name }, io);
  });
}

async function withServices(work: (services: Services) => Promise<void>): Promise<void> {
  // Whoever runs this machine needs no invitation.
  const settings = { ...readSettings(process.env), SIGN_UP: 'open' as const };
  const services = await openServices({
    settings,
    origin: settings.ORATOR_ORIGIN ?? `http://${settings.HOST}:${settings.PORT}`,
    log: QUIET,
  });
  try {
    await work(services);
  } finally {
    await services.close();
  }
}

async function add(
  services: Services,
  email: string,
  { role, name }: { readonly role: Role; readonly name: string | undefined },
  io: Io,
): Promise<void> {
  const { accounts } = services.repositories;
  let accountId = (await accounts.accountByEmail(email))?.id ?? null;
  if (accountId === null) {
    const given = process.env['ORATOR_PASSWORD'];
    const password = given ?? randomBytes(15).toString('base64url');
    accountId = await signUp(() =>
      services.accounts.signUp({ name: name ?? email.split('@')[0] ?? email, email, password }),
    );
    io.say(`Made an account for ${email}.`);
    if (given === undefined) io.print(`Password: ${password}`);
  }
  await accounts.joinOperator(accountId, role, { organization: newId(), member: newId() });
  io.say(`${email} is ${role} of this server.`);
}

async function reset(services: Services, email: string, io: Io): Promise<void> {
  const found = await services.repositories.accounts.accountByEmail(email);
  if (!found) throw new AppError('not-found', `There is no account with the address ${email}.`);
  io.print(await services.accounts.resetLink(found.id));
  io.say('It serves once, within an hour. Every session of the account has ended.');
}

async function letReview(services: Services, slug: string, reviews: boolean, io: Io): Promise<void> {
  const admins = await services.repositories.accounts.letReview(slug, reviews);
  if (!admins)
    throw new AppError('not-found', `There is no organisation “${slug}” that could review for itself.`);
  io.say(
    reviews
      ? // Anyone may have taken a name: whose it is, its keeper should see.
        `The reviewers of “${slug}” decide what the policy leaves to a person in films of its members. Its admins: ${admins.join(', ')}.`
      : `Cases of the members of “${slug}” are the server’s own reviewers’ alone.`,
  );
}

function roleOf(name: string): Role {
  const role = ROLES.find((known) => known === name);
  if (!role) throw new UsageError(`there is no role “${name}”; there are ${ROLES.join(', ')}.`);
  return role;
}

async function signUp(make: () => Promise<string>): Promise<string> {
  try {
    return await make();
  } catch (error) {
    throw new AppError('invalid-input', 'That account could not be made.', {
      cause: error,
      way: 'A password has 12 to 128 characters.',
    });
  }
}
