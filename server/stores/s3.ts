/** Files of accounts in any S3-compatible store. The one place that names the S3 client. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { concatBytes } from '#core/base/bytes.ts';
import { AppError, toAppError } from '#core/base/errors.ts';
import { storeKey, type FileStore } from '../services/store.ts';

/** Parts of one object but its last are of at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;

export interface S3Place {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** For how long a store may say nothing before it counts as away; each request is tried some times. */
export interface S3Patience {
  readonly connectMs: number;
  readonly silentMs: number;
}
const PATIENCE: S3Patience = { connectMs: 5000, silentMs: 60_000 };

export function s3Store(
  { endpoint, bucket, region, accessKey, secretKey }: S3Place,
  { connectMs, silentMs }: S3Patience = PATIENCE,
): FileStore {
  const client = new S3Client({
    endpoint,
    region,
    // Stores other than the original are rarely reached by a host name a bucket.
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 4,
    // One that takes a connection and never answers would hold up whoever waits for good.
    requestHandler: { connectionTimeout: connectMs, socketTimeout: silentMs },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const run = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw storeError(error);
    }
  };
  return {
    async put(key, bytes) {
      await run(client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes })));
    },
    async putPieces(key, pieces) {
      const object = { Bucket: bucket, Key: key };
      const parts: { PartNumber: number; ETag: string | undefined }[] = [];
      let upload: string | undefined;
      try {
        for await (const part of rebatch(pieces, PART_BYTES)) {
          if (upload === undefined && part.length < PART_BYTES) {
            await run(client.send(new PutObjectCommand({ ...object, Body: part })));
            return;
          }
          upload ??= (await run(client.send(new CreateMultipartUploadCommand(object)))).UploadId;
          const at = { ...object, UploadId: upload, PartNumber: parts.length + 1 };
          const { ETag } = await run(client.send(new UploadPartCommand({ ...at, Body: part })));
          parts.push({ PartNumber: at.PartNumber, ETag });
        }
        const whole = { ...object, UploadId: upload, MultipartUpload: { Parts: parts } };
        await run(client.send(new CompleteMultipartUploadCommand(whole)));
      } catch (error) {
        if (upload !== undefined)
          await client
            .send(new AbortMultipartUploadCommand({ ...object, UploadId: upload }))
            .catch(() => undefined);
        throw error;
      }
    },
    async get(key) {
      const found = await run(client.send(new GetObjectCommand({ Bucket: bucket, Key: key })));
      if (!found.Body) throw new AppError('not-found', 'That file is not on the server.');
      return run(found.Body.transformToByteArray());
    },
    async *read(key, begin = 0, end) {
      if (end !== undefined && end <= begin) return;
      const range =
        begin === 0 && end === undefined
          ? {}
          : { Range: `bytes=${begin}-${end === undefined ? '' : end - 1}` };
      const found = await run(client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...range })));
      if (!found.Body) throw new AppError('not-found', 'That file is not on the server.');
      try {
        yield* found.Body as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw storeError(error);
      }
    },
    async size(key) {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return found.ContentLength ?? 0;
      } catch (error) {
        if (statusOf(error) === 404) return null;
        throw storeError(error);
      }
    },
    async delete(key) {
      await run(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
    async *list(prefix, before) {
      let from: string | undefined;
      do {
        const page = await run(
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              ...(from ? { ContinuationToken: from } : {}),
            }),
          ),
        );
        for (const { Key, LastModified } of page.Contents ?? [])
          if (Key && (!before || (LastModified && LastModified < before))) yield storeKey(...Key.split('/'));
        from = page.NextContinuationToken;
      } while (from);
    },
    // Such stores do that themselves, by a rule of the bucket (AbortIncompleteMultipartUpload).
    dropUnfinished: () => Promise.resolve(0),
    async ping() {
      try {
        await client.send(new HeadBucketCommand({ Bucket: bucket }));
      } catch (error) {
        if (statusOf(error) !== 404) throw storeError(error);
        await run(client.send(new CreateBucketCommand({ Bucket: bucket })));
      }
    },
  };
}

/** The same bytes in pieces of `bytes`, the last shorter; one empty piece where there are none. */
async function* rebatch(pieces: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let count = 0;
  let given = false;
  for await (const piece of pieces) {
    held.push(piece);
    count += piece.length;
    if (count < bytes) continue;
    const whole = concatBytes(...held);
    let at = 0;
    for (; at + bytes <= whole.length; at += bytes) yield whole.subarray(at, at + bytes);
    given = true;
    held = [whole.slice(at)];
    count = whole.length - at;
  }
  if (count > 0 || !given) yield concatBytes(...held);
}

function statusOf(error: unknown): number | null {
  const metadata: unknown = error instanceof Error ? Reflect.get(error, '$metadata') : null;
  const status: unknown =
    metadata && typeof metadata === 'object' ? Reflect.get(metadata, 'httpStatusCode') : null;
  return typeof status === 'number' ? status : null;
}

function storeError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (statusOf(error) === 404)
    return new AppError('not-found', 'That file is not on the server.', { cause: error });
  if (statusOf(error) === 507)
    return new AppError('storage-full', 'The server’s store has no room left.', {
      cause: error,
      way: 'Nothing was lost; try again when its keeper has made room.',
    });
  return toAppError(error, 'storage-failed');
}
