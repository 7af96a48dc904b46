/** Frames of video files as a browser has them: VideoFrames, and bitmaps where they had to be turned. */
import { AppError } from '#core/base/errors.ts';
import type { HostImage } from '#core/compose/ports.ts';
import type { QuarterTurns } from '#core/output/planes.ts';
import {
  VideoFile as AnyVideoFile,
  type VideoReader as AnyVideoReader,
  type VideoSample,
} from '#shared/pictures/video-source.ts';

export interface BrowserFrame extends HostImage {
  readonly source: VideoFrame | ImageBitmap;
}
export type VideoFile = AnyVideoFile<BrowserFrame>;
export type VideoReader = AnyVideoReader<BrowserFrame>;

/** Whoever holds it closes the frame. */
export interface StoredFrame {
  readonly frame: VideoFrame;
  /** Clockwise, what makes it upright. */
  readonly turn: QuarterTurns;
}

/** @throws AppError unsupported-media | corrupt-file */
export function openVideoFile(blob: Blob): Promise<VideoFile> {
  return AnyVideoFile.open(blob, toFrame);
}

/**
 * The frame on screen at `timeS` as it is stored: for whoever turns it upright in a quicker way than a canvas does.
 * @throws AppError corrupt-file
 */
export function storedFrameAt(reader: VideoReader, timeS: number): Promise<StoredFrame> {
  return reader.take(timeS, toStoredFrame);
}

function toFrame(sample: VideoSample): BrowserFrame {
  const { displayWidth: widthPx, displayHeight: heightPx } = sample;
  if (sample.rotation === 0 && !sample.flip) return { source: sample.toVideoFrame(), widthPx, heightPx };
  // Held upright phones film lying down: turn the picture as the file says.
  const canvas = new OffscreenCanvas(widthPx, heightPx);
  const ctx = canvas.getContext('2d');
  if (ctx === null)
    throw new AppError('unsupported-browser', 'This browser gave Orator no canvas to draw on.');
  sample.draw(ctx, 0, 0, widthPx, heightPx);
  return { source: canvas.transferToImageBitmap(), widthPx, heightPx };
}

function toStoredFrame(sample: VideoSample): StoredFrame {
  if (!sample.flip) return { frame: sample.toVideoFrame(), turn: sample.rotation };
  const { source } = toFrame(sample);
  const frame = new VideoFrame(source, { timestamp: 0 });
  source.close();
  return { frame, turn: 0 };
}
