export type ViewName = 'plan' | 'live' | 'passes' | 'keys';

export interface Place { readonly view: ViewName; readonly pass_id: string | null; readonly key_id?: string | null }

/** The view and pass an address fragment names; anything else is Plan. */
export function placeOf(hash: string): Place {
  const [, view, id] = /^#\/(plan|live|passes|keys)(?:\/([a-z0-9-]+))?$/.exec(hash) ?? [];
  if (view === 'passes') return { view, pass_id: id ?? null };
  if (view === 'keys') return { view, pass_id: null, key_id: id ?? null };
  return { view: view === 'live' ? 'live' : 'plan', pass_id: null };
}

/** Where the console stands, kept in the address: reload and back work, and a pass can be linked to. */
export class Route {
  place = $state.raw<Place>({ view: 'plan', pass_id: null });

  follow(hash: string): void {
    this.place = placeOf(hash);
  }
}
