/** A plain text as scenes of paragraphs: how a script comes from a file or the command line. */

/** Paragraphs by scene: a blank line ends a paragraph, a line of `---` ends a scene. */
export function scenesOfText(text: string): string[][] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/^[ \t]*-{3,}[ \t]*$/m)
    .map((scene) =>
      scene
        .split(/\n[ \t]*\n/)
        .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
        .filter((paragraph) => paragraph !== ''),
    )
    .filter((scene) => scene.length > 0);
}
