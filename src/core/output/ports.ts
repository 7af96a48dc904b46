/**
 * Where bytes go: the ports that turn drawn frames into a file. A SegmentEncoder makes one closed run of packets;
 * an AssetStore keeps bytes under their hash; a Muxer makes the movie by copying packets.
 */
import type { CancelSignal } from '../base/errors.ts';
import type { AssetHash, CacheKey } from '../base/ids.ts';
import type { Rational } from '../base/time.ts';

/** Browsers encode avc, vp9 and av1; servers all of them. */
export type VideoCodec = 'avc' | 'hevc' | 'vp9' | 'av1' | 'prores';

export interface VideoEncoding {
  readonly codec: VideoCodec;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rate: Rational;
  /** Target, bits per second. */
  readonly bitrate: number;
}

/** One encoded frame. `index` counts from the start of its segment, in presentation order. */
export interface EncodedPacket {
  readonly index: number;
  readonly key: boolean;
  readonly data: Uint8Array<ArrayBuffer>;
  /** How much is to be seen through, coded as a picture of its own: WebM with alpha. */
  readonly alpha?: Uint8Array<ArrayBuffer>;
}

/** A closed GOP run of at most five seconds of one shot. */
export interface Segment {
  /** WebCodecs codec string, such as `avc1.640028`. */
  readonly codec: string;
  /** avcC (or vpcC/av1C) bytes; segments of one film must agree, or are encoded again. */
  readonly description: Uint8Array<ArrayBuffer> | null;
  readonly frameCount: number;
  /** In the order in which they are decoded. */
  readonly packets: readonly EncodedPacket[];
}

/** What an encoder is fed: RGBA pixels, straight alpha, row by row (a Uint8ClampedArray). */
export type DrawnFrame = Uint8ClampedArray;

/**
 * Encodes one run of frames. Lifecycle: encode × frameCount, then finish once; close at any time gives up.
 */
export interface SegmentEncoder {
  encode(frame: DrawnFrame, index: number): Promise<void>;
  finish(): Promise<Segment>;
  close(): void;
}

export interface MovieWriter {
  readonly encoding: VideoEncoding;
  /** Changes whenever packets would: encoder, its settings, its version. Part of each segment's cache key. */
  readonly fingerprint: string;
  openSegment(): Promise<SegmentEncoder>;
  close(): void;
}

/** Stereo or mono PCM for the whole film, delivered in bounded chunks (planar, −1…1). */
export interface AudioChunks {
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  readonly totalSamples: number;
  chunks(signal?: CancelSignal): AsyncIterable<readonly Float32Array[]>;
}

/** Sound that is coded already. Kept as a product, so that a film is coded once however often it is put together. */
export interface CodedSound {
  readonly codec: 'aac' | 'opus';
  /** As WebCodecs writes it, such as `mp4a.40.2`. */
  readonly codecString: string;
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  /** AudioSpecificConfig or OpusHead. */
  readonly description: Uint8Array<ArrayBuffer>;
  /** Samples the encoder puts before the sound; the first packet starts so much before 0. */
  readonly primingSamples: number;
  readonly totalSamples: number;
  /** In order. Sound that is being coded gives them once; what is kept, as often as it is asked. */
  packets(): AsyncIterable<CodedPacket>;
}

export interface CodedPacket {
  /** Counts from the start of the sound; priming lies before it. */
  readonly startSample: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Sound that is not coded: 24 bits a sample, least byte first, the channels in turn. Too large to be held whole. */
export interface PcmSound {
  readonly sampleRateHz: number;
  readonly channels: 1 | 2;
  readonly totalSamples: number;
  /** All of it from the beginning, in pieces of any length, read as they are taken. */
  bytes(): AsyncIterable<Uint8Array>;
}

export interface MuxRequest {
  readonly encoding: VideoEncoding;
  /** In film order. Pulled one at a time, so that a long film never sits in memory whole. */
  segments(): AsyncIterable<Segment>;
  readonly segmentFrameCounts: readonly number[];
  readonly audio: AudioChunks;
  readonly title: string;
}

export interface MovieFile {
  readonly mime: string;
  readonly extension: 'mp4' | 'mov' | 'webm';
  readonly bytes: number;
  /** Where the finished bytes are: an entry of the asset store. */
  readonly asset: AssetHash;
}

export interface Muxer {
  mux(request: MuxRequest, onProgress: (fraction: number) => void, signal?: CancelSignal): Promise<MovieFile>;
}

/** The kind under which encoded pieces of film are kept. */
export const SEGMENT_PRODUCT = 'segments';
/** The kind under which a film's coded sound is kept. */
export const SOUND_PRODUCT = 'sound';
/** The kind under which the render worker keeps what it measured of the device. */
export const PROBE_PRODUCT = 'probe';

/** Bytes under their SHA-256, and cached products under their cache key. Every write is atomic: whole or absent. */
export interface AssetStore {
  /** @throws AppError storage-full | storage-failed */
  put(bytes: Uint8Array<ArrayBuffer>): Promise<AssetHash>;
  get(hash: AssetHash): Promise<Uint8Array<ArrayBuffer> | null>;
  has(hash: AssetHash): Promise<boolean>;
  remove(hash: AssetHash): Promise<void>;
  /** Cached products; `kind` is a folder name such as `speech`, `segments`. */
  putProduct(kind: string, key: CacheKey, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  getProduct(kind: string, key: CacheKey): Promise<Uint8Array<ArrayBuffer> | null>;
  hasProduct(kind: string, key: CacheKey): Promise<boolean>;
  /** Forgets one, so that another may take its key; nothing happens where there is none. */
  removeProduct(kind: string, key: CacheKey): Promise<void>;
}
