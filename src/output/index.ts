import { html } from './html.ts';
import { ndjson } from './ndjson.ts';
import type { Output } from './output.ts';
import { text } from './text.ts';

/** Every output. Add one: write its file, add a line here, and its name to `format` in config/options.ts. */
export const OUTPUTS: readonly Output[] = [text, ndjson, html];
