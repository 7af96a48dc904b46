/** What is in the file between its frames: the order of its boxes, the times of its packets, complaints of a decoder. */
import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** Every line that ffmpeg says at level warning and above while it decodes all of the film: should be none. */
export async function decoderComplaints(path: string): Promise<readonly string[]> {
  const args = ['-v', 'warning', '-i', path, '-map', '0', '-f', 'null', '-'];
  const { stderr } = await execFileAsync('ffmpeg', args, { maxBuffer: 1 << 26 });
  return stderr.split('\n').filter((line) => line.trim() !== '');
}

/** The top-level boxes of an MP4 (ISO 14496-12) in file order. */
export async function topBoxes(path: string): Promise<readonly string[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const names: string[] = [];
    for (let at = 0; at + 8 <= size;) {
      const head = Buffer.alloc(16);
      await file.read(head, 0, 16, at);
      const short = head.readUInt32BE(0);
      names.push(head.toString('latin1', 4, 8));
      const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
      if (length < 8) throw new Error(`Box ${names.at(-1) ?? ''} at ${at} has length ${length}.`);
      at += length;
    }
    return names;
  } finally {
    await file.close();
  }
}

/** Presentation times of the video's packets, seconds, sorted. */
export async function frameTimesS(path: string): Promise<readonly number[]> {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
  ];
  const { stdout } = await execFileAsync('ffprobe', [...args, path], { maxBuffer: 1 << 24 });
  return stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => Number(line.split(',')[0]))
    .sort((a, b) => a - b);
}
