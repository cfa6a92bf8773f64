import type { Finding } from '../finding/finding.ts';
import { page } from './html/page.ts';
import type { Output } from './output.ts';

/** One page to be opened from disk, printed or attached. Nothing is written before the summary is known. */
export const html: Output = {
  name: 'html',
  about: 'A report as one self-contained page: plots, what was learned, advice; no script, nothing loaded.',
  open: (sink) => {
    const findings: Finding[] = [];
    return {
      write: (finding) => void findings.push(finding),
      summary: (summary) => sink.write(page(findings, summary)),
      close: async () => {},
    };
  },
};
