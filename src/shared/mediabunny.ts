/**
 * Movie files by copying packets, through mediabunny: the only file that names it. Packets are pulled one segment at a
 * time and bytes are handed on as they are made, so a film's length costs no memory.
 */
import {
  AudioSample,
  AudioSampleSource,
  BufferSource,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  Quality,
  StreamTarget,
  WebMOutputFormat,
} from 'mediabunny';
import { AppError, throwIfCancelled } from '#core/base/errors.ts';
import type { CancelSignal } from '#core/base/errors.ts';
import { frameToSeconds, rateToFps } from '#core/base/time.ts';
import { pcmFrameBytes, pcmPieceBytes, pcmPieces } from '#core/output/pcm-sound.ts';
import type {
  AudioChunks,
  CodedPacket,
  CodedSound,
  PcmSound,
  Segment,
  VideoEncoding,
} from '#core/output/ports.ts';

/** For reading videos frame by frame (pictures/video-source.ts) and sounds (sound-file.ts). */
export {
  ALL_FORMATS,
  AudioSampleSink,
  BlobSource,
  EncodedPacketSink,
  Input,
  UnsupportedInputFormatError,
  VideoSampleSink,
} from 'mediabunny';
export type { InputAudioTrack, InputVideoTrack, VideoSample } from 'mediabunny';

/** Sound as it goes into the file: packets coded already (AAC from elsewhere), PCM as it is, or to be coded as Opus. */
export type MovieSound =
  | { readonly kind: 'none' }
  | { readonly kind: 'packets'; readonly track: AudioPackets }
  | { readonly kind: 'coded'; readonly sound: CodedSound }
  | { readonly kind: 'pcm'; readonly sound: PcmSound }
  | { readonly kind: 'opus'; readonly audio: AudioChunks; readonly bitrate: number };

export interface MovieRequest {
  /** `fragmented`: bytes only ever follow one another. `head-first`: the index goes to the front, in room kept for it. */
  readonly container: 'mp4-fragmented' | 'mp4-head-first' | 'mov-head-first' | 'webm';
  readonly encoding: VideoEncoding;
  readonly frameCount: number;
  readonly segments: AsyncIterable<Segment>;
  readonly sound: MovieSound;
  readonly title: string;
  readonly write: (bytes: Uint8Array<ArrayBuffer>, at: number) => Promise<void> | void;
  readonly onFrames?: (done: number) => void;
}

const BT709 = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false } as const;

/** @throws AppError cancelled, and whatever `write` or the segments throw */
export async function writeMovie(request: MovieRequest, signal?: CancelSignal): Promise<void> {
  const { encoding, frameCount, sound } = request;
  const output = new Output({
    format: formatOf(request.container),
    target: new StreamTarget(
      new WritableStream({ write: (chunk) => request.write(chunk.data, chunk.position) }),
      { chunked: true, chunkSize: 4 * 1024 * 1024 },
    ),
  });
  const video = new EncodedVideoPacketSource(encoding.codec);
  output.addVideoTrack(video, { frameRate: rateToFps(encoding.rate), maximumPacketCount: frameCount });
  const pump = soundPump(output, sound, frameToSeconds(frameCount, encoding.rate));
  output.setMetadataTags({ title: request.title });
  await output.start();
  try {
    // Room for the index is kept when every track is known, and that must be before pictures come out of order.
    await pump(0);
    let done = 0;
    for await (const segment of request.segments) {
      throwIfCancelled(signal);
      await addSegment(video, segment, encoding, done);
      done += segment.frameCount;
      // Sound follows pictures closely, so that neither waits in memory for the other.
      await pump(frameToSeconds(done, encoding.rate));
      request.onFrames?.(done);
    }
    await pump(Infinity);
    await output.finalize();
  } catch (error) {
    await output.cancel().catch(() => undefined);
    throw error;
  }
}

function formatOf(container: MovieRequest['container']): OutputFormat {
  switch (container) {
    case 'webm':
      return new WebMOutputFormat();
    case 'mov-head-first':
      return new MovOutputFormat({ fastStart: 'reserve' });
    case 'mp4-fragmented':
    case 'mp4-head-first':
      return new Mp4OutputFormat({ fastStart: container === 'mp4-fragmented' ? 'fragmented' : 'reserve' });
    default:
      return container satisfies never;
  }
}

async function addSegment(
  video: EncodedVideoPacketSource,
  segment: Segment,
  encoding: VideoEncoding,
  firstFrame: number,
): Promise<void> {
  const config = {
    codec: segment.codec,
    codedWidth: encoding.widthPx,
    codedHeight: encoding.heightPx,
    colorSpace: BT709,
    ...(segment.description === null ? {} : { description: segment.description }),
  };
  const durationS = frameToSeconds(1, encoding.rate);
  for (const packet of segment.packets) {
    const startS = frameToSeconds(firstFrame + packet.index, encoding.rate);
    const beside = packet.alpha === undefined ? {} : { alpha: packet.alpha };
    const coded = new EncodedPacket(
      ...([
        packet.data,
        packet.key ? 'key' : 'delta',
        startS,
        durationS,
        undefined,
        undefined,
        beside,
      ] as const),
    );
    await video.add(coded, { decoderConfig: config });
  }
}

type Pump = (untilS: number) => Promise<void>;

/** Adds sound up to a time, each time it is called. */
function soundPump(output: Output, sound: MovieSound, durationS: number): Pump {
  if (sound.kind === 'none') return () => Promise.resolve();
  if (sound.kind === 'packets') return packetPump(output, sound.track);
  if (sound.kind === 'pcm') return pcmPump(output, sound.sound);
  if (sound.kind === 'coded') return codedPump(output, sound.sound);
  const { audio, bitrate } = sound;
  const source = new AudioSampleSource({ codec: 'opus', quality: new Quality({ bitrate }) });
  output.addAudioTrack(source, { maximumPacketCount: Math.ceil(durationS * 100) + 100 });
  const chunks = audio.chunks()[Symbol.asyncIterator]();
  let samples = 0;
  let ended = false;
  return async (untilS) => {
    while (!ended && samples / audio.sampleRateHz < untilS) {
      const next = await chunks.next();
      if (next.done === true) {
        ended = true;
        source.close();
        return;
      }
      const { value } = next;
      const length = value[0]?.length ?? 0;
      const data = new Float32Array(length * value.length);
      value.forEach((channel, i) => data.set(channel, i * length));
      using sample = new AudioSample({
        data,
        format: 'f32-planar',
        numberOfChannels: value.length,
        sampleRate: audio.sampleRateHz,
        timestamp: samples / audio.sampleRateHz,
      });
      await source.add(sample);
      samples += length;
    }
  };
}

function packetPump(output: Output, { config, packets }: AudioPackets): Pump {
  const source = new EncodedAudioPacketSource('aac');
  output.addAudioTrack(source, { maximumPacketCount: packets.length });
  let next = 0;
  return async (untilS) => {
    for (; next < packets.length; next++) {
      const packet = packets[next] as EncodedPacket;
      // The first goes in at once, whenever it sounds: with it the track is known.
      if (next > 0 && packet.timestamp >= untilS) return;
      await source.add(packet, { decoderConfig: config });
    }
  };
}

function pcmPump(output: Output, sound: PcmSound): Pump {
  const { sampleRateHz, channels, totalSamples } = sound;
  const frameBytes = pcmFrameBytes(sound);
  const source = new EncodedAudioPacketSource('pcm-s24');
  output.addAudioTrack(source, {
    maximumPacketCount: Math.ceil((totalSamples * frameBytes) / pcmPieceBytes(sound)),
  });
  const config = { codec: 'pcm-s24', sampleRate: sampleRateHz, numberOfChannels: channels };
  const pieces = pcmPieces(sound);
  let samples = 0;
  return async (untilS) => {
    // As with packets: the first goes in at once.
    while (samples < totalSamples && (samples === 0 || samples / sampleRateHz < untilS)) {
      const next = await pieces.next();
      if (next.done === true) return;
      const count = next.value.length / frameBytes;
      const packet = new EncodedPacket(next.value, 'key', samples / sampleRateHz, count / sampleRateHz);
      await source.add(packet, { decoderConfig: config });
      samples += count;
    }
  };
}

/** Samples of a packet, as our encoders make them. */
const PACKET_SAMPLES = { aac: 1024, opus: 960 } as const;
/** What an encoder gives beyond: the last samples, and those it needs to end. */
const SPARE_PACKETS = 4;

/** A packet's length is known once the next one has come. */
function codedPump(output: Output, sound: CodedSound): Pump {
  const { codec, sampleRateHz, totalSamples, primingSamples, description } = sound;
  const steps = PACKET_SAMPLES[codec];
  const source = new EncodedAudioPacketSource(codec);
  output.addAudioTrack(source, {
    maximumPacketCount: Math.ceil((totalSamples + primingSamples) / steps) + SPARE_PACKETS,
  });
  const config = {
    codec: sound.codecString,
    sampleRate: sampleRateHz,
    numberOfChannels: sound.channels,
    ...(description.length > 0 ? { description } : {}),
  };
  // An edit list cuts AAC's priming off. WebM has none, and players leave Opus's out by themselves.
  const shift = codec === 'opus' ? primingSamples : 0;
  const packets = sound.packets()[Symbol.asyncIterator]();
  const next = async (): Promise<CodedPacket | null> => {
    const got = await packets.next();
    return got.done === true ? null : got.value;
  };
  let first = true;
  let waiting: CodedPacket | null = null;
  return async (untilS) => {
    if (first) waiting = await next();
    for (let packet = waiting; packet; packet = waiting) {
      const startS = (packet.startSample + shift) / sampleRateHz;
      // As with packets: the first goes in at once.
      if (!first && startS >= untilS) return;
      first = false;
      waiting = await next();
      const samples = waiting ? waiting.startSample - packet.startSample : steps;
      const coded = new EncodedPacket(packet.data, 'key', startS, samples / sampleRateHz);
      await source.add(coded, { decoderConfig: config });
    }
  };
}

/** Coded sound taken out of a small file: about a megabyte a minute. */
export interface AudioPackets {
  readonly config: AudioDecoderConfig;
  /** Times as presented: the encoder's priming lies before 0 and is cut by an edit list. */
  readonly packets: readonly EncodedPacket[];
}

/** @throws AppError corrupt-file */
export async function readAudioPackets(file: Uint8Array<ArrayBuffer>): Promise<AudioPackets> {
  using input = new Input({ source: new BufferSource(file), formats: [MP4] });
  const track = await input.getPrimaryAudioTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw new AppError('corrupt-file', 'The coded sound could not be read back.');
  const packets: EncodedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  return { config, packets };
}
