/** What `orator help render` says. */
export const RENDER_USAGE = `Usage: orator render <project.orator> [-o out.mp4] [options]
       orator render --script <text.txt> [--presenter NAME] [--voice NAME] [-o out.mp4] [options]
       orator render --sound <talk.wav> [--script <text.txt>] [--speaker own|synthetic|someone] [-o out.mp4]

Renders a film on this machine. An existing output file is replaced only when the new one is whole.

What:
  --script FILE       A plain text instead of a project; - reads it from stdin. A blank line ends a
                      paragraph, a line of --- ends a scene
  --presenter NAME    Who speaks the script (\`orator presenters\` lists them), or a .presenter file: someone's
                      own presenter, as \`orator presenter fit\` or the app made it
  --voice NAME        With which voice (\`orator voices\` lists them)
  --sound FILE        A recording speaks instead of the voice; without a script the presenter moves by ear
  --speaker WHOSE     Whose voice it is: own, synthetic or someone (default: someone, who has not agreed yet, so
                      that only a draft can be made)
  --language TAG      What is spoken in it, such as en or fr (default: en)

How (what is left out comes from the project):
  -o, --output FILE   Where the film goes; else beside you, under the project's name
  --size 720p|1080p|1440p|2160p
  --fps 25|30|50|60
  --aspect 16:9|9:16|1:1
  --codec h264|h265|av1|prores4444|vp9
                      (default: h264) H.264 and H.265 go into .mp4 or .mov, AV1 into .mp4 or .webm, ProRes 4444 (with
                      uncompressed sound) into .mov, VP9 into .webm
  --alpha             Nothing behind the presenter: with prores4444 or vp9
  --bits 8|10         (default: 8; ProRes always has 10)
  --supersample       Draw at twice the size and reduce: finer edges, four times the work
  --captions burned|separate|none
                      separate: a .vtt beside the film
  --effort full|draft (default: full) draft encodes quickly and coarsely
  --grade draft|final A draft may show a person without consent, visibly marked (default: final)
  --keys FILE         The keys of whoever issued the receipts that the project or presenter carries, and
  --revocations FILE  their revocation list, from https://ISSUER/.well-known/orator/: a final film of a
                      person who has consented needs both
  --compositor auto|canvas2d|dawn|webgpu
                      (default: auto) canvas2d draws with Skia on the processor, dawn on the graphics card; auto
                      tries both on the film's first frames and takes the faster. webgpu draws in a Chromium, in
                      H.264 up to 1080p at 25 or 30 frames a second
  --encoder auto|software|nvenc
                      (default: auto) nvenc encodes H.264, H.265 and AV1 on an NVIDIA card; auto leaves drafts to
                      it where it works, and full quality to software

  -q, --quiet         No progress

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by policy, 130 cancelled (Ctrl-C)`;
