import { expect, test } from 'vitest';
import { newProject } from '#core/document/create.ts';
import { exportFormat, projectForExport } from '#core/pipeline/format.ts';

test.each([
  ['16:9', 720, 1280, 720],
  ['9:16', 720, 720, 1280],
  ['1:1', 720, 720, 720],
  ['16:9', 1080, 1920, 1080],
  ['9:16', 1080, 1080, 1920],
  ['1:1', 1080, 1080, 1080],
  ['16:9', 180, 320, 180],
] as const)('%s at %ip is %i × %i pixels, even in both', (aspect, heightPx, width, height) => {
  const format = exportFormat({ aspect, heightPx, rateFps: 25 });
  expect([format.widthPx, format.heightPx]).toEqual([width, height]);
});

test('an export changes the format of a project and nothing else', () => {
  const project = newProject();
  const settings = {
    aspect: '1:1',
    heightPx: 720,
    rateFps: 30,
    grade: 'draft',
    connection: 'offline',
  } as const;
  const { format, ...rest } = projectForExport(project, settings);
  expect(format.rate).toEqual({ num: 30, den: 1 });
  expect({ ...rest, format: project.format }).toEqual(project);
});
