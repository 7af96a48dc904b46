/** Sends by tus, as any client of it would, through whatever `fetch` it is given. */
import { createHash } from 'node:crypto';

export type Send = (request: Request) => Promise<Response>;

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A file that is known as a picture by its head, its rest noise. */
export function noisePicture(bytes: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(file.subarray(at, at + 65_536));
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return file;
}

export interface Tus {
  begin(hash: string, bytes: number): Promise<Response>;
  where(location: string): Promise<Response>;
  part(
    location: string,
    offset: number,
    bytes: Uint8Array,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** From where it is to its end. @returns the last answer */
  rest(location: string, file: Uint8Array, partBytes: number): Promise<Response>;
  json(method: string, path: string, body?: unknown): Promise<Response>;
}

export function tusClient(address: string, who: Readonly<Record<string, string>>, send: Send = fetch): Tus {
  const ask = (method: string, path: string, headers: Record<string, string>, body?: BodyInit) =>
    send(
      new Request(address + path, {
        method,
        headers: { ...who, 'Tus-Resumable': '1.0.0', ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    );
  const client: Tus = {
    begin: (hash, bytes) =>
      ask('POST', '/api/uploads', {
        'Upload-Length': String(bytes),
        'Upload-Metadata': `filename ${btoa('../../x')},sha256 ${btoa(hash)}`,
      }),
    where: (location) => ask('HEAD', location, {}),
    part: (location, offset, bytes, headers = {}) =>
      ask(
        'PATCH',
        location,
        {
          'Upload-Offset': String(offset),
          'Content-Type': 'application/offset+octet-stream',
          'Upload-Checksum': `sha256 ${createHash('sha256').update(bytes).digest('base64')}`,
          ...headers,
        },
        bytes as Uint8Array<ArrayBuffer>,
      ),
    async rest(location, file, partBytes) {
      let answer = await client.where(location);
      while (answer.ok && Number(answer.headers.get('Upload-Offset')) < file.length) {
        const at = Number(answer.headers.get('Upload-Offset'));
        answer = await client.part(location, at, file.subarray(at, at + partBytes));
      }
      return answer;
    },
    json: (method, path, body) =>
      ask(
        method,
        path,
        { 'Content-Type': 'application/json' },
        body === undefined ? undefined : JSON.stringify(body),
      ),
  };
  return client;
}
