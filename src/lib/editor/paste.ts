/**
 * What is pasted from elsewhere becomes clean paragraphs: words kept, every style, list marker, table and hidden part
 * of a word processor's HTML dropped. What was copied here keeps its pauses, gestures and stress.
 */

const BLOCKS = new Set(
  'ADDRESS ARTICLE ASIDE BLOCKQUOTE BR CAPTION DD DIV DL DT FIGCAPTION FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER HR LI MAIN NAV OL P PRE SECTION TABLE TBODY TD TFOOT TH THEAD TR UL'.split(
    ' ',
  ),
);
const HIDDEN = new Set('HEAD LINK META NOSCRIPT SCRIPT STYLE SVG TEMPLATE TITLE XML O:P'.split(' '));

/** Paragraphs of plain text: one a line, blank lines dropped. Spaces of every kind become single spaces. */
export function plainParagraphs(text: string): string[] {
  return text
    .split(/[\r\n\u2028\u2029\v\f]+/)
    .map((line) => line.replace(/[\s\u00A0\u200B\uFEFF]+/g, ' ').trim())
    .filter((line) => line !== '');
}

/** Paragraphs of foreign HTML, in reading order. */
export function htmlParagraphs(root: Node): string[] {
  const paragraphs: string[] = [];
  let open = '';
  const close = () => {
    const [line] = plainParagraphs(open.replace(/[\r\n]+/g, ' '));
    if (line !== undefined) paragraphs.push(line);
    open = '';
  };
  const walk = (node: Node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) open += child.nodeValue ?? '';
      if (child.nodeType !== 1) continue;
      const name = child.nodeName.toUpperCase();
      if (HIDDEN.has(name)) continue;
      // Word draws list markers as text of their own and hides them from others by this style.
      if (child instanceof Element && /mso-list:\s*Ignore/i.test(child.getAttribute('style') ?? '')) continue;
      if (BLOCKS.has(name)) close();
      walk(child);
      if (BLOCKS.has(name)) close();
    }
  };
  walk(root);
  close();
  return paragraphs;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** HTML of clean paragraphs for the editor to read. */
export function cleanPastedHtml(html: string): string {
  if (html.includes('data-pm-slice')) return html;
  const page = new DOMParser().parseFromString(html, 'text/html');
  const paragraphs = htmlParagraphs(page.body);
  // A single line joins the line it is pasted into.
  if (paragraphs.length === 1) return escapeHtml(paragraphs[0] ?? '');
  return paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('');
}
