/** Where the store is, as plain data: it crosses to processes that open it for themselves. */
import { diskStore } from '../stores/disk.ts';
import { s3Store, type S3Place } from '../stores/s3.ts';
import type { FileStore } from '../services/store.ts';

export type StorePlace =
  { readonly kind: 'disk'; readonly folder: string } | ({ readonly kind: 's3' } & S3Place);

export function openStoreAt(place: StorePlace): FileStore {
  return place.kind === 'disk' ? diskStore(place.folder) : s3Store(place);
}
