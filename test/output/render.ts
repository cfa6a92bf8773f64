import type { Finding, Summary } from '../../src/finding/finding.ts';
import type { Output } from '../../src/output/output.ts';

/** What an output writes for some findings. */
export async function rendered(
  output: Output,
  findings: readonly Finding[],
  summary: Summary,
  over: { columns?: number; colours?: boolean; limit?: number } = {},
): Promise<string> {
  let written = '';
  const sink = { columns: 80, colours: false, limit: 20, ...over, write: (text: string) => void (written += text) };
  const writer = output.open(sink);
  for (const finding of findings) writer.write(finding);
  writer.summary(summary);
  await writer.close();
  return written;
}
