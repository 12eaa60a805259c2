// Markdown as each text format shows it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown, type TextFormat } from '#core/markdown.ts';

const seed = '**bold** _italic_ `code` [link](https://example.com)';

test.each<[TextFormat, string]>([
  ['plain', 'bold italic code link (https://example.com)'],
  ['html', '<b>bold</b> <i>italic</i> <code>code</code> <a href="https://example.com">link</a>'],
  ['markdown', '**bold** _italic_ `code` [link](<https://example.com>)'],
])('the basic formatting on a channel of %s text', (format, shown) => {
  expect(renderMarkdown(seed, format)).toBe(shown);
});

describe('on a channel of plain text', () => {
  test.each([
    'Hello! 👋',
    '2*3*4 = 24',
    'snake_case_name and a__b__c',
    'one\ntwo\nthree',
    'First.\n\nSecond.',
    '@username mentioned you!',
    'a < b && c > d',
    '1. one\n2. two',
    '- tea\n- coffee',
    'C:\\temp\\file',
  ])('nothing is lost of %j', (text) => {
    expect(renderMarkdown(text, 'plain')).toBe(text);
  });

  test('a link that says where it leads is said once', () => {
    expect(renderMarkdown('<https://example.com> and [https://a.b](https://a.b)', 'plain')).toBe(
      'https://example.com and https://a.b',
    );
  });

  test('code keeps its lines and loses its fence', () => {
    expect(renderMarkdown('Run:\n\n```sh\nnpm install\nnpm start\n```', 'plain')).toBe(
      'Run:\n\nnpm install\nnpm start',
    );
  });

  test('a link may not run anything', () => {
    expect(renderMarkdown('[click](javascript:alert(1))', 'html')).toBe('click');
  });
});

test('no text turns into a mention', () => {
  for (const text of ['@everyone look', 'hi @here', '<@123> hello', '<!channel> up', '<#C1>']) {
    expect(renderMarkdown(text, 'markdown')).not.toMatch(/@everyone|@here|<[@#!]/);
  }
});

test('HTML of the text is shown, not obeyed', () => {
  expect(renderMarkdown('Hi <script>alert(1)</script> & **"x"**', 'html')).toBe(
    'Hi &lt;script&gt;alert(1)&lt;/script&gt; &amp; <b>&quot;x&quot;</b>',
  );
});

test('any text comes out as something, and as well-formed HTML', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...Array.from('*_`[]()<>#-\n 1.\\&@ab')) }));
  fc.assert(
    fc.property(texts, fc.constantFrom<TextFormat>('plain', 'html', 'markdown'), (text, format) => {
      const shown = renderMarkdown(text, format);
      expect(text.trim() === '' || shown.trim() !== '').toBe(true);
      const isHtml = format === 'html';
      const rest = shown.replaceAll(
        /<\/?(b|i|code|pre|blockquote)>|<a href="[^"<>]*">|<\/a>|<code class="[^"<>]*">/g,
        '',
      );
      expect(isHtml && /[<>]/.test(rest)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
