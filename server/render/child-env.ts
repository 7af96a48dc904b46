/** What a child process that draws or encodes may know of its parent's world: no secret is among it. */

const PASSED_ON = [
  'PATH',
  'HOME',
  'LANG',
  'TZ',
  'TMPDIR',
  'NODE_COMPILE_CACHE',
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'LD_LIBRARY_PATH',
  'SYSTEMROOT',
];

/**
 * glibc keeps what was once taken in small pieces, and raises what it calls small to 32 MB as pictures and sounds are let go:
 * a film of five minutes took 470 MB where it holds 250. Whoever starts the server may choose otherwise.
 */
const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '262144',
  MALLOC_TRIM_THRESHOLD_: '262144',
};

export function childEnv(): Readonly<Record<string, string>> {
  const passed = [...PASSED_ON, ...Object.keys(ALLOCATOR)].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...ALLOCATOR, ...Object.fromEntries(passed) };
}
