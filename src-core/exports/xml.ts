const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '\t': '&#9;', '\n': '&#10;', '\r': '&#13;',
};

/** Text as XML 1.0 holds it; what XML forbids even escaped becomes a question mark. */
export function xmlText(text: string): string {
  // By code point, so that half of a surrogate pair is seen as the fault it is.
  const allowed = Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    const control = code < 32 && code !== 9 && code !== 10 && code !== 13;
    return control || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff ? '?' : character;
  });
  return allowed.map((character) => ESCAPES[character] ?? character).join('');
}

type Attributes = Readonly<Record<string, string | null>>;

/** An opening tag's inside; attributes that are null are left out. */
export function xmlTag(name: string, attributes: Attributes): string {
  const given = Object.entries(attributes)
    .flatMap(([key, value]) => (value === null ? [] : [`${key}="${xmlText(value)}"`]));
  return [name, ...given].join(' ');
}
