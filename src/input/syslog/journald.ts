import type { RecordInput } from '../input.ts';
import { jsonLinesInput } from '../json.ts';
import { Journal } from './journal.ts';

/* journalctl(1), "json": one object a line, see `journal.ts`. */
const input = jsonLinesInput({
  name: 'journald',
  about: 'The journal of systemd, as journalctl -o json prints it: what programs wrote, by the dialects of syslog.',
  sample:
    '{"__REALTIME_TIMESTAMP":"1795303664123456","_HOSTNAME":"fw","SYSLOG_IDENTIFIER":"kernel","_TRANSPORT":"kernel","MESSAGE":"[UFW BLOCK] IN=eth0 OUT= MAC=02:00:5e:10:00:17:8e:2d:45:9e:b1:1d:08:00 SRC=192.0.2.77 DST=198.51.100.22 LEN=40 TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT=39682 DPT=8080 WINDOW=65535 RES=0x00 SYN URGP=0"}',
  parser: (context) => new Journal(context),
});

const decoder = new TextDecoder();

/** Known by its names, not by what its programs wrote: of those most concern no scan. */
export const journald: RecordInput = {
  ...input,
  recognise(head) {
    const end = head.indexOf(10);
    const first = decoder.decode(head.subarray(0, end < 0 ? head.length : end));
    return first.startsWith('{') && first.includes('"__REALTIME_TIMESTAMP"') ? 0.97 : 0;
  },
};
