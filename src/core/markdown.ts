/**
 * Markdown as a channel shows it: one visitor over the syntax tree, with a voice for each text format. What is no
 * markup comes out as it went in, and no text turns into a mention on the way. Loaded at the first Markdown message,
 * because the parser is slow to load.
 */
import type { List, Nodes, PhrasingContent, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { Capabilities } from './channel.ts';

export type TextFormat = Capabilities['text']['format'];

/** How a format says things. Each gets text that is finished already. */
interface Voice {
  text(value: string): string;
  strong(inner: string): string;
  emphasis(inner: string): string;
  code(value: string): string;
  codeBlock(value: string, language: string | null): string;
  link(inner: string, url: string): string;
  quote(inner: string): string;
  heading(inner: string): string;
}

const quoted = (inner: string): string =>
  inner
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');

const plain: Voice = {
  text: (value) => value,
  strong: (inner) => inner,
  emphasis: (inner) => inner,
  code: (value) => value,
  codeBlock: (value) => value,
  link: (inner, url) =>
    inner === url || inner === '' || `mailto:${inner}` === url ? inner || url : `${inner} (${url})`,
  quote: quoted,
  heading: (inner) => inner,
};

const escapedHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const html: Voice = {
  text: escapedHtml,
  strong: (inner) => `<b>${inner}</b>`,
  emphasis: (inner) => `<i>${inner}</i>`,
  code: (value) => `<code>${escapedHtml(value)}</code>`,
  codeBlock: (value, language) =>
    language === null || !/^[\w+#-]{1,32}$/.test(language)
      ? `<pre>${escapedHtml(value)}</pre>`
      : `<pre><code class="language-${language}">${escapedHtml(value)}</code></pre>`,
  link: (inner, url) => `<a href="${escapedHtml(url)}">${inner}</a>`,
  quote: (inner) => `<blockquote>${inner}</blockquote>`,
  heading: (inner) => `<b>${inner}</b>`,
};

const zeroWidth = '\u200b';

/** A text that would call people (`@everyone`, `<@1>`, `<!channel>`) keeps its look and loses its power. */
const disarmed = (text: string): string =>
  text.replaceAll(/@(everyone|here|channel)\b/gi, `@${zeroWidth}$1`).replaceAll(/<(?=[@#!])/g, `<${zeroWidth}`);

const escapedMarkdown = (text: string): string => disarmed(text).replaceAll(/([\\`*_~[\]|])/g, '\\$1');

const markdown: Voice = {
  text: escapedMarkdown,
  strong: (inner) => `**${inner}**`,
  emphasis: (inner) => `_${inner}_`,
  code: (value) => (value.includes('`') ? `\`\` ${value} \`\`` : `\`${value}\``),
  codeBlock: (value, language) => {
    const fence = '`'.repeat(Math.max(3, ...(value.match(/`+/g) ?? []).map((run) => run.length + 1)));
    return `${fence}${language ?? ''}\n${value}\n${fence}`;
  },
  link: (inner, url) => `[${inner}](<${url.replaceAll(/[<>\s]/g, encodeURIComponent)}>)`,
  quote: quoted,
  heading: (inner) => `**${inner}**`,
};

const voices = { plain, html, markdown } as const satisfies Record<TextFormat, Voice>;

/** The text for a channel of that format. Never throws, and never answers nothing for a text that shows something. */
export function renderMarkdown(source: string, format: TextFormat): string {
  const voice = voices[format];
  const tree = fromMarkdown(source);
  const shown = blocks(tree.children, voice, source, '\n\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return shown === '' ? voice.text(source) : shown;
}

function blocks(nodes: readonly RootContent[], voice: Voice, source: string, gap: string): string {
  let shown = '';
  let end: number | undefined;
  for (const node of nodes) {
    const text = block(node, voice, source);
    const start = node.position?.start.line;
    // Where the writer left no line between, none is made.
    const between = end !== undefined && start !== undefined && start - end < 2 ? '\n' : gap;
    shown += (shown === '' ? '' : between) + text;
    end = node.position?.end.line;
  }
  return shown;
}

function block(node: RootContent, voice: Voice, source: string): string {
  if (node.type === 'paragraph') return phrases(node.children, voice, source);
  if (node.type === 'heading') return voice.heading(phrases(node.children, voice, source));
  if (node.type === 'code' && isFenced(node, source)) return voice.codeBlock(node.value, node.lang ?? null);
  if (node.type === 'blockquote') return voice.quote(blocks(node.children, voice, source, '\n'));
  if (node.type === 'list') return list(node, voice, source);
  return voice.text(sliced(node, source));
}

function list(node: List, voice: Voice, source: string): string {
  const first = node.start ?? 1;
  const items = node.children.map((item, index) => {
    const mark = node.ordered === true ? `${first + index}.` : '-';
    return `${mark} ${blocks(item.children, voice, source, '\n').replaceAll('\n', '\n  ')}`;
  });
  return items.join('\n');
}

/** Four spaces in front are how people set things apart in a text, not code. */
const isFenced = (node: Nodes, source: string): boolean => /^\s*(```|~~~)/.test(sliced(node, source));

const sliced = (node: Nodes, source: string): string =>
  source.slice(node.position?.start.offset ?? 0, node.position?.end.offset ?? 0);

function phrases(nodes: readonly PhrasingContent[], voice: Voice, source: string): string {
  return nodes.map((node) => phrase(node, voice, source)).join('');
}

function phrase(node: PhrasingContent, voice: Voice, source: string): string {
  if (node.type === 'text' || node.type === 'html') return voice.text(node.value);
  if (node.type === 'strong' || node.type === 'emphasis') {
    if (isInsideWord(node, source)) return voice.text(sliced(node, source));
    return voice[node.type](phrases(node.children, voice, source));
  }
  if (node.type === 'inlineCode') return voice.code(node.value);
  if (node.type === 'break') return '\n';
  if (node.type === 'link') {
    const inner = phrases(node.children, voice, source);
    return isWebLink(node.url) ? voice.link(inner, node.url) : inner;
  }
  if (node.type === 'image') {
    const inner = voice.text(node.alt ?? '');
    return isWebLink(node.url) ? voice.link(inner, node.url) : inner;
  }
  return voice.text(sliced(node, source));
}

/** `2*3*4` is a sum to whoever wrote it. */
function isInsideWord(node: Nodes, source: string): boolean {
  const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
  return /[\p{L}\p{N}]$/u.test(source.slice(0, start)) || /^[\p{L}\p{N}]/u.test(source.slice(end));
}

/** A link may lead to a page or an address, never run anything. */
const isWebLink = (url: string): boolean => /^(https?:|mailto:|tel:)/i.test(url);
