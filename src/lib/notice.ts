/**
 * The NOTICE file as a page can show it: its headings, paragraphs and entries, with hard line ends taken out. An entry
 * is indented by two spaces; what is indented further goes on with it.
 */
export interface NoticeSection {
  /** Null for what stands before the first heading. */
  readonly title: string | null;
  readonly parts: readonly { readonly kind: 'text' | 'entry'; readonly text: string }[];
}

export function noticeSections(notice: string): readonly NoticeSection[] {
  const sections: { title: string | null; parts: { kind: 'text' | 'entry'; text: string }[] }[] = [
    { title: null, parts: [] },
  ];
  let joins = false;
  for (const line of notice.replace(/\r\n?/g, '\n').split('\n')) {
    const text = line.trim();
    const section = sections.at(-1);
    if (text === '' || !section) {
      joins = false;
      continue;
    }
    const indent = line.length - line.trimStart().length;
    if (indent === 0 && text === text.toUpperCase() && /[A-Z]{3}/.test(text)) {
      const words = text.toLowerCase().replace(/\b(gpl|mit|bsd)\b/g, (name) => name.toUpperCase());
      sections.push({ title: words.charAt(0).toUpperCase() + words.slice(1), parts: [] });
      joins = false;
      continue;
    }
    const last = section.parts.at(-1);
    const begins =
      !joins || (indent === 2 && last?.kind === 'entry') || (indent >= 2 && last?.kind === 'text');
    if (last && !begins) last.text += ` ${text}`;
    else section.parts.push({ kind: indent >= 2 ? 'entry' : 'text', text });
    joins = true;
  }
  return sections.filter((section) => section.title !== null || section.parts.length > 0);
}

/** Text cut where addresses begin and end, so that they can be links. */
export function withLinks(text: string): readonly { readonly text: string; readonly href: string | null }[] {
  return text
    .split(/(https:\/\/[^\s)]*[^\s).,;])/)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, href: part.startsWith('https://') ? part : null }));
}
