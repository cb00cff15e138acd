// Writes docs/physics.md from the docstrings of the physics folders: quantity, function, source, golden test.
// `npm run docs:physics` writes it; a test compares it with the code.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const DOMAINS = ['orbit', 'link', 'detection', 'distillation', 'bell'];
const EXPORTED = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\r?\nexport (?:async )?function (\w+)/g;

interface Entry {
  readonly file: string;
  readonly name: string;
  readonly what: string;
  readonly units: string;
  readonly source: string;
  readonly golden: string;
}

/** The page as it should stand: one table a domain. */
export function physicsPage(): string {
  const sections = DOMAINS.map((domain) => {
    const rows = entriesOf(domain).map(
      ({ file, name, what, units, source, golden }) =>
        `| ${what} | \`${name}\` (${file}) | ${units} | ${source} | ${golden} |`,
    );
    return [
      `## ${domain}`,
      '',
      '| quantity | function | units | source | golden test |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  const head =
    "What the physics code computes, where it comes from and which test holds it to somebody else's answer. " +
    'Written by `npm run docs:physics` from the docstrings; validity and errors stand there.';
  return `# Physics\n\n${head}\n\n${sections.join('\n\n')}\n`;
}

function entriesOf(domain: string): Entry[] {
  const folder = `src-core/${domain}`;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .flatMap((file) =>
      [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(EXPORTED)].map(([, doc, name]) =>
        entryOf(doc!, name!, file),
      ),
    );
}

function entryOf(doc: string, name: string, file: string): Entry {
  const lines = doc.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  const text = lines.join('\n');
  const tag = (wanted: string) => flat(new RegExp(`@${wanted}\\s+([\\s\\S]*?)(?=\\n@|$)`).exec(text)?.[1] ?? '');
  const [first = ''] = text.trim().split(/\n\s*\n|\n@/);
  return { file, name, what: flat(first), units: tag('units'), source: tag('source'), golden: tag('golden') };
}

/** One table cell: no line breaks, no bars. */
function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replaceAll('|', '\\|');
}

if (import.meta.main) writeFileSync('docs/physics.md', physicsPage());
