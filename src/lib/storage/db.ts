/**
 * The tables, in IndexedDB through Dexie. Documents are kept as JSON text beside what a list of projects shows, so
 * that listing reads no documents, and a document that cannot be read can still be handed back to its owner byte for
 * byte. Media and films are not here but in OPFS.
 */
import { Dexie, type Table } from 'dexie';
import { AppError, toAppError, type ErrorWire } from '#core/base/errors.ts';
import type { AssetHash, JobId, PresenterId, ProjectId } from '#core/base/ids.ts';
import type { MediaEntry } from '#core/document/project.ts';
import type { KeySet } from '#core/policy/consent/keys.ts';
import type { ConsentReceipt } from '#core/policy/consent/receipt.ts';
import type { RevocationList } from '#core/policy/consent/revocations.ts';
import type { MovieFile } from '#core/output/ports.ts';
import type { FitJob, FittedPresenter } from '#core/pipeline/fit-api.ts';
import type { ExportSettings } from '#core/pipeline/worker-api.ts';
import type { Grade } from '#core/policy/permit.ts';
import type { Render } from '../api/client.ts';
import type { CloudChoices } from '../managers/cloud-output.ts';
import type { Trouble } from '#core/track/troubles.ts';

export interface ProjectRow {
  readonly id: ProjectId;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
  readonly sceneCount: number;
  /** When it was put in the bin, ms since 1970; 0 while it is not there. */
  readonly deletedAtMs: number;
  readonly thumbnail: Blob | null;
}

export interface DocumentRow {
  readonly id: ProjectId;
  /** Counts saves; a save that does not follow the one it was based on came from another tab. */
  readonly revision: number;
  readonly json: string;
  /** The document as it was when it last opened without trouble. */
  readonly lastGood: { readonly json: string; readonly savedAt: string } | null;
  /** Unreadable documents that a restore put aside. Never deleted but with the project. */
  readonly damaged: readonly string[];
}

export type ExportState = 'running' | 'interrupted' | 'done' | 'failed' | 'cancelled';

export interface ExportRow {
  readonly id: JobId;
  readonly projectId: ProjectId;
  readonly projectName: string;
  readonly settings: ExportSettings;
  readonly state: ExportState;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  /** The project as it was exported: resuming makes the same film even when the project has changed since. */
  readonly json: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly movie: MovieFile | null;
  readonly error: ErrorWire | null;
}

/** A presenter that was made of someone, or brought in from a file. Its parts are in the asset store. */
export interface PresenterRow {
  readonly id: PresenterId;
  readonly presenter: FittedPresenter['presenter'];
  readonly media: readonly MediaEntry[];
  /** Head and shoulders. */
  readonly thumbnail: Blob;
  readonly createdAtMs: number;
  /** What was found wanting when it was made. */
  readonly troubles: readonly Trouble[];
  /** Of the footage it was made of, seconds; 0 for a picture. */
  readonly durationS: number;
  /** What it was made of here; null where it came in a file. The bytes themselves are not kept. */
  readonly source: AssetHash | null;
}

export type FitState = 'running' | 'stopped' | 'failed';

/** A presenter that is being made. Its source stays in the asset store until it is done or given up. */
export interface FitRow {
  readonly id: JobId;
  readonly job: FitJob;
  readonly state: FitState;
  readonly startedAtMs: number;
  readonly updatedAtMs: number;
  /** 0 to 1. */
  readonly progress: number;
  readonly error: ErrorWire | null;
}

/** A receipt as it came; whether it holds is found out each time. */
export interface ReceiptRow {
  /** Its issuer's name and its id. */
  readonly id: string;
  readonly presenter: AssetHash;
  readonly receipt: ConsentReceipt;
  readonly addedAtMs: number;
}

/** An issuer whose receipts count on this device, with what it published when it was asked last. */
export interface IssuerRow {
  readonly issuer: string;
  readonly keys: KeySet;
  readonly revocations: RevocationList | null;
  readonly checkedAtMs: number;
}

/** cancelling: nobody wants it any more, and the server has not confirmed that yet. */
export type CloudStage = 'sending' | 'rendering' | 'done' | 'failed' | 'cancelling' | 'cancelled';

/** A film that the server makes, or was asked to make. What it is made from stays here until all of it was sent. */
export interface CloudRow {
  readonly id: JobId;
  readonly projectId: ProjectId;
  readonly projectName: string;
  /** Whose account it is in. */
  readonly email: string;
  readonly choices: CloudChoices;
  readonly grade: Grade;
  readonly stage: CloudStage;
  readonly createdAtMs: number;
  /** The project as it was sent; the same film is asked for again whatever was changed since. */
  readonly json: string;
  /** Under which key the server is asked, so that an answer that was lost makes no second film. Older rows have none. */
  readonly requestKey?: string;
  /** What was asked for last, written down before: its answer may be lost, and the server make it all the same. Null once it was refused. */
  readonly asked?: 'draft' | 'film' | null;
  /** The server's own names for the draft and the film; null until they were asked for. */
  readonly draftId: string | null;
  readonly renderId: string | null;
  /** As they were told last. */
  readonly draft: Render | null;
  readonly render: Render | null;
  readonly error: ErrorWire | null;
  /** Taken off the list while the server may still make it: not shown, and gone once the server has confirmed that it does not. */
  readonly unlisted?: boolean;
}

export interface Tables {
  readonly projects: Table<ProjectRow, ProjectId>;
  readonly documents: Table<DocumentRow, ProjectId>;
  readonly exports: Table<ExportRow, JobId>;
  readonly presenters: Table<PresenterRow, PresenterId>;
  readonly fits: Table<FitRow, JobId>;
  readonly receipts: Table<ReceiptRow, string>;
  readonly issuers: Table<IssuerRow, string>;
  readonly cloud: Table<CloudRow, JobId>;
}
const TABLES = [
  'projects',
  'documents',
  'exports',
  'presenters',
  'fits',
  'receipts',
  'issuers',
  'cloud',
] as const;

export interface Database extends Tables {
  /** Runs `work` as one transaction over all tables: all of it happens, or none. */
  atomically<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** @throws AppError storage-failed | storage-full | newer-version */
export async function openDatabase(name = 'orator'): Promise<Database> {
  const dexie = new Dexie(name);
  dexie.version(1).stores({
    projects: 'id, updatedAt, deletedAtMs',
    documents: 'id',
    exports: 'id, projectId, state',
  });
  dexie.version(2).stores({ presenters: 'id', fits: 'id, state' });
  dexie.version(3).stores({ receipts: 'id, presenter', issuers: 'issuer' });
  dexie.version(4).stores({ cloud: 'id' });
  // Another tab with a newer Orator wants to change the tables: let go, or it waits for ever.
  dexie.on('versionchange', () => dexie.close());
  try {
    await dexie.open();
  } catch (cause) {
    throw openError(cause);
  }
  return {
    projects: dexie.table('projects'),
    documents: dexie.table('documents'),
    exports: dexie.table('exports'),
    presenters: dexie.table('presenters'),
    fits: dexie.table('fits'),
    receipts: dexie.table('receipts'),
    issuers: dexie.table('issuers'),
    cloud: dexie.table('cloud'),
    atomically: (work) =>
      dexie.transaction('rw', [...TABLES], work).catch((error: unknown) => {
        throw storageError(error);
      }),
    close: () => dexie.close(),
  };
}

function openError(cause: unknown): AppError {
  if (cause instanceof Error && cause.name === 'VersionError')
    return new AppError('newer-version', 'Another tab runs a newer Orator.', {
      cause,
      way: 'Reload this page to get it too.',
    });
  return new AppError('storage-failed', 'This browser did not open its storage for Orator.', {
    cause,
    way: 'Leave private browsing, or allow this site to store data, then reload.',
  });
}

/** Dexie wraps the platform's errors; what matters is often inside. */
export function storageError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  for (const one of [error, innerOf(error)])
    if (one instanceof Error && one.name === 'QuotaExceededError') return toAppError(one);
  return new AppError('storage-failed', 'This browser could not save or read the project.', {
    cause: error,
    way: 'Try again; if it happens again, save the project as a file and reload.',
  });
}

function innerOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'inner' in error ? error.inner : null;
}
