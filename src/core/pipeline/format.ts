/** The project as it is exported: its document with another frame size and rate. */
import { RATE_25, RATE_30 } from '../base/time.ts';
import type { Project, VideoFormat } from '../document/project.ts';
import type { ExportSettings } from './worker-api.ts';

/** `heightPx` names the short side, as people do: “1080p” of 9:16 is 1080 × 1920. */
export function exportFormat(settings: Pick<ExportSettings, 'heightPx' | 'rateFps' | 'aspect'>): VideoFormat {
  const short = settings.heightPx;
  const long = Math.round((short * 16) / 9 / 2) * 2;
  const rate = settings.rateFps === 25 ? RATE_25 : RATE_30;
  switch (settings.aspect) {
    case '16:9':
      return { widthPx: long, heightPx: short, rate };
    case '9:16':
      return { widthPx: short, heightPx: long, rate };
    case '1:1':
      return { widthPx: short, heightPx: short, rate };
    default:
      return settings.aspect satisfies never;
  }
}

export function projectForExport(project: Project, settings: ExportSettings): Project {
  return { ...project, format: exportFormat(settings) };
}
