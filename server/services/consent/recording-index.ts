/**
 * What a recorder's stream holds, told without decoding it: when each picture is shown, and how far media time has come at
 * every byte. A recorder writes WebM (Chromium, Firefox) or fragmented MP4 (Safari, newer Chromium) front to back; both are
 * walked here, box by box, and whatever does not hold together is refused. Nothing is read beyond the bytes that are there.
 */
import { AppError } from '#core/base/errors.ts';

export interface RecordingIndex {
  readonly container: 'webm' | 'mp4';
  /** Of the pictures, seconds from the recording's start, ascending. */
  readonly frameTimesS: readonly number[];
  /** In file order: once this many bytes have arrived, media has come this far. */
  readonly marks: readonly { readonly bytes: number; readonly timeS: number }[];
  readonly durationS: number;
}

/** More than any session needs; a film that claims more is made to hurt. */
const MOST_PACKETS = 200_000;
const LONGEST_S = 600;

interface Packet {
  readonly track: number;
  readonly timeS: number;
  readonly endS: number;
  readonly endByte: number;
}

/** @throws AppError corrupt-file | unsupported-media */
export function indexRecording(bytes: Uint8Array): RecordingIndex {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (bytes.length > 16 && view.getUint32(0) === 0x1a45dfa3) return summarise('webm', walkWebm(view));
    if (bytes.length > 16 && view.getUint32(4) === 0x66747970) return summarise('mp4', walkMp4(view));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw damaged('it ends in the middle of a box', cause);
  }
  throw new AppError('unsupported-media', 'This is no recording that a browser makes.', {
    way: 'Record again, in a current browser.',
  });
}

interface Walk {
  readonly packets: readonly Packet[];
  readonly videoTrack: number;
}

function summarise(container: RecordingIndex['container'], { packets, videoTrack }: Walk): RecordingIndex {
  if (packets.length === 0) throw damaged('it holds nothing');
  const startS = packets.reduce((least, { timeS }) => Math.min(least, timeS), Infinity);
  let timeS = 0;
  const marks = [...packets]
    .sort((a, b) => a.endByte - b.endByte)
    .map(({ endByte, endS }) => {
      timeS = Math.max(timeS, endS - startS);
      return { bytes: endByte, timeS };
    });
  if (!(timeS <= LONGEST_S)) throw damaged(`it claims to last ${Math.round(timeS)} seconds`);
  const frameTimesS = packets
    .filter(({ track }) => track === videoTrack)
    .map((packet) => packet.timeS - startS)
    .sort((a, b) => a - b);
  return { container, frameTimesS, marks, durationS: timeS };
}

// ---- WebM (RFC 9559): elements nest; Segment and Cluster may be of unknown size, as recorders leave them. ----

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const OPENED = new Set([
  SEGMENT,
  CLUSTER,
  0x1654ae6b /* Tracks */,
  0xae /* TrackEntry */,
  0xa0 /* BlockGroup */,
  0x1549a966 /* Info */,
]);

function walkWebm(view: DataView): Walk {
  const packets: Packet[] = [];
  let at = 0;
  let [clusterMs, scaleNs, trackNumber, videoTrack] = [0, 1_000_000, 0, -1];
  while (at < view.byteLength) {
    const start = at;
    const [id, idLength] = readId(view, at);
    const [size, sizeLength] = readSize(view, at + idLength);
    at += idLength + sizeLength;
    if (OPENED.has(id)) continue;
    if (size === null) throw damaged('an element has no end');
    // The last element may be cut off by the recording's end: what was not received is not there.
    if (at + size > view.byteLength) break;
    if (id === 0xe7) clusterMs = readUint(view, at, size);
    else if (id === 0x2ad7b1) scaleNs = readUint(view, at, size);
    else if (id === 0xd7) trackNumber = readUint(view, at, size);
    else if (id === 0x83 && readUint(view, at, size) === 1 && videoTrack < 0) videoTrack = trackNumber;
    else if (id === 0xa3 || id === 0xa1) {
      const [track, trackLength] = readSize(view, at);
      const timeS = ((clusterMs + view.getInt16(at + trackLength)) * scaleNs) / 1e9;
      if (track === null || !Number.isFinite(timeS)) throw damaged('a block has no time');
      if (packets.length >= MOST_PACKETS) throw damaged('it holds too many pieces');
      packets.push({ track, timeS, endS: timeS, endByte: at + size });
    }
    at += size;
    if (at <= start) throw damaged('its boxes run in circles');
  }
  return { packets, videoTrack };
}

function readId(view: DataView, at: number): readonly [id: number, length: number] {
  const first = view.getUint8(at);
  const length = Math.clz32(first) - 23;
  if (length > 4) throw damaged('an element has no name');
  let id = 0;
  for (let i = 0; i < length; i++) id = id * 256 + view.getUint8(at + i);
  return [id, length];
}

/** Null for the unknown size. */
function readSize(view: DataView, at: number): readonly [size: number | null, length: number] {
  const first = view.getUint8(at);
  const length = Math.clz32(first) - 23;
  if (length > 8) throw damaged('an element has no length');
  let value = first & (0xff >> length);
  let unknown = value === 0xff >> length;
  for (let i = 1; i < length; i++) {
    const byte = view.getUint8(at + i);
    unknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  return [unknown ? null : value, length];
}

function readUint(view: DataView, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < Math.min(size, 8); i++) value = value * 256 + view.getUint8(at + i);
  return value;
}

// ---- Fragmented MP4 (ISO/IEC 14496-12): moov names the tracks, each moof lists its samples, mdat follows. ----

interface Mp4Track {
  readonly video: boolean;
  readonly timescale: number;
}
interface Box {
  readonly type: string;
  readonly from: number;
  readonly end: number;
}

function boxesIn(view: DataView, from: number, end: number): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= end;) {
    let size = view.getUint32(at);
    let head = 8;
    if (size === 1) [size, head] = [Number(view.getBigUint64(at + 8)), 16];
    if (size === 0) size = end - at;
    if (size < head) throw damaged('a box is shorter than its head');
    const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(at + i)));
    // A box that was not received whole is not there.
    if (at + size > end) break;
    boxes.push({ type, from: at + head, end: at + size });
    at += size;
  }
  return boxes;
}

function child(view: DataView, box: Box | undefined, ...path: readonly string[]): Box | undefined {
  return path.reduce<Box | undefined>(
    (parent, type) => parent && boxesIn(view, parent.from, parent.end).find((one) => one.type === type),
    box,
  );
}

function walkMp4(view: DataView): Walk {
  const top = boxesIn(view, 0, view.byteLength);
  const moov = top.find(({ type }) => type === 'moov');
  if (!moov || !top.some(({ type }) => type === 'moof'))
    throw new AppError('unsupported-media', 'This film was not written live, as a recorder does.');
  const tracks = readTracks(view, moov);
  const packets: Packet[] = [];
  top.forEach((moof, i) => {
    if (moof.type !== 'moof') return;
    const mdat = top[i + 1];
    if (mdat?.type !== 'mdat') return;
    for (const traf of boxesIn(view, moof.from, moof.end).filter(({ type }) => type === 'traf'))
      readFragment(view, traf, tracks, mdat.end, packets);
  });
  const videoTrack = [...tracks].find(([, { video }]) => video)?.[0] ?? -1;
  return { packets, videoTrack };
}

function readTracks(view: DataView, moov: Box): ReadonlyMap<number, Mp4Track> {
  const tracks = new Map<number, Mp4Track>();
  for (const trak of boxesIn(view, moov.from, moov.end).filter(({ type }) => type === 'trak')) {
    const [tkhd, mdhd, hdlr] = [
      child(view, trak, 'tkhd'),
      child(view, trak, 'mdia', 'mdhd'),
      child(view, trak, 'mdia', 'hdlr'),
    ];
    if (!tkhd || !mdhd || !hdlr) throw damaged('a track is not described');
    const id = view.getUint32(tkhd.from + (view.getUint8(tkhd.from) === 1 ? 20 : 12));
    const timescale = view.getUint32(mdhd.from + (view.getUint8(mdhd.from) === 1 ? 20 : 12));
    if (timescale === 0) throw damaged('a track has no clock');
    tracks.set(id, { video: view.getUint32(hdlr.from + 8) === 0x76696465, timescale });
  }
  return tracks;
}

function readFragment(
  view: DataView,
  traf: Box,
  tracks: ReadonlyMap<number, Mp4Track>,
  endByte: number,
  packets: Packet[],
): void {
  const [tfhd, tfdt] = [child(view, traf, 'tfhd'), child(view, traf, 'tfdt')];
  const track = tfhd && tracks.get(view.getUint32(tfhd.from + 4));
  if (!tfhd || !tfdt || !track) throw damaged('a fragment belongs to no track');
  const flags = view.getUint32(tfhd.from) & 0xffffff;
  let at = tfhd.from + 8 + (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0);
  const usual = flags & 8 ? view.getUint32(at) : 0;
  at = tfdt.from + 4;
  let time = view.getUint8(tfdt.from) === 1 ? Number(view.getBigUint64(at)) : view.getUint32(at);
  for (const trun of boxesIn(view, traf.from, traf.end).filter(({ type }) => type === 'trun')) {
    const runFlags = view.getUint32(trun.from) & 0xffffff;
    const count = view.getUint32(trun.from + 4);
    if (packets.length + count > MOST_PACKETS) throw damaged('it holds too many pieces');
    let sample = trun.from + 8 + (runFlags & 1 ? 4 : 0) + (runFlags & 4 ? 4 : 0);
    for (let i = 0; i < count; i++) {
      const lasts = runFlags & 0x100 ? view.getUint32(sample) : usual;
      sample += (runFlags & 0x100 ? 4 : 0) + (runFlags & 0x200 ? 4 : 0) + (runFlags & 0x400 ? 4 : 0);
      const shift = runFlags & 0x800 ? view.getInt32(sample) : 0;
      if (runFlags & 0x800) sample += 4;
      if (sample > trun.end) throw damaged('a run is shorter than it says');
      const timeS = (time + shift) / track.timescale;
      packets.push({
        track: track.video ? view.getUint32(tfhd.from + 4) : -2,
        timeS,
        endS: timeS + lasts / track.timescale,
        endByte,
      });
      time += lasts;
    }
  }
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('corrupt-file', `This recording is damaged: ${what}.`, {
    ...(cause === undefined ? {} : { cause }),
    way: 'Record again.',
  });
}
