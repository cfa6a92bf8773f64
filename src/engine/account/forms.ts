import type { Quest } from '../../ledger/quest.ts';

/**
 * Forms of the paths that a source asks for. An application makes them of its own data: all lie in the same few places,
 * with the same ending. Whoever goes through a list tries them where the site begins, or with several endings.
 */
interface Forms {
  /** share of the paths in the `FEW` forms that have most of them, each within a folder or numbered */
  readonly few: number;
  /** share of the missed paths of whose form, within a folder or numbered, half or more were there */
  readonly served: number;
  /** share of the missed paths that are one bare word at the root */
  readonly bare: number;
}

/** Forms that one application has. */
const FEW = 3;
/** Paths of a form until it can be said how many of them are there. */
const ENOUGH = 8;
/** Share of what was missed that must be among the paths that were kept. */
const NEARLY_ALL = 0.9;
const NOTHING: Forms = { few: 0, served: 0, bare: 0 };

/** A word, with or without a slash behind it. */
const BARE = /^\/[a-z]+\/?$/i;
const ENDING = /\.[a-z0-9]{1,5}$/i;

interface Form {
  readonly isForm: boolean;
  asked: number;
  missed: number;
}

export function formsOf({ asks, missed, paths }: Quest): Forms {
  const forms = new Map<string, Form>();
  const all = { asked: 0, missed: 0, bare: 0 };
  for (const [at, name] of asks.name.entries()) {
    if (!name.startsWith('/')) continue;
    const path = name.replace(/[?#].*$/s, '');
    const form = formIn(forms, path);
    form.asked += 1;
    all.asked += 1;
    if (!asks.missed[at]) continue;
    form.missed += 1;
    all.missed += 1;
    if (BARE.test(path)) all.bare += 1;
  }
  // What all get the same answer to is not told as missed, and of the names of hosts and users nothing is said here.
  const isWhole = all.missed >= NEARLY_ALL * Math.min(missed, all.asked) && all.asked >= Math.min(ENOUGH, paths.size);
  if (!isWhole || all.missed === 0) return NOTHING;
  const within = [...forms.values()].filter(({ isForm }) => isForm).sort((a, b) => b.asked - a.asked);
  const usual = within.filter((form) => form.asked >= ENOUGH && 2 * form.missed <= form.asked);
  return {
    few: within.slice(0, FEW).reduce((sum, { asked }) => sum + asked, 0) / all.asked,
    served: usual.reduce((sum, form) => sum + form.missed, 0) / all.missed,
    bare: all.bare / all.missed,
  };
}

/** How deep a path lies, in which folder of the first level, and its ending; at the root, what stands around its numbers. */
function formIn(forms: Map<string, Form>, path: string): Form {
  const segments = path.split('/').slice(1);
  const isForm = segments.length > 1 ? segments[1] !== '' : /\d/.test(path);
  const inFolder = `${segments.length} ${segments[0]} ${ENDING.exec(path)?.[0] ?? ''}`;
  const atRoot = isForm ? path.replace(/\d+/g, '0') : '';
  const key = segments.length > 1 ? inFolder : atRoot;
  const known = forms.get(key);
  if (known) return known;
  const form = { isForm, asked: 0, missed: 0 };
  forms.set(key, form);
  return form;
}
