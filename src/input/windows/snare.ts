import { latinText } from '../../record/latin.ts';
import { logon } from '../auth/windows-logon.ts';
import { standsAt } from '../field.ts';
import { Line } from '../lines.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { fieldsOfMessage } from './message.ts';

/*
 * Events of Windows as Snare and NXLog (to_syslog_snare) send them (Snare, "Windows Agent log format"):
 *
 *   message = "MSWinEventLog" tab criticality tab log tab counter tab date tab id tab provider tab user tab sid tab type
 *             tab computer tab category tab data tab text [tab counter]
 *   tab     = TAB | "#011"              rsyslog writes control characters so
 */
const MARK = 'MSWinEventLog';
const TABS = /\t|#011/;
const ID = 5;
const PROVIDER = 6;
const COMPUTER = 10;
const TEXT = 13;

export const snare: Dialect = {
  name: 'snare',
  about: 'Events of Windows by Snare or NXLog: logins.',
  sample:
    'Nov 21 23:28:03 dc1 MSWinEventLog\t1\tSecurity\t7\tSat Nov 21 23:28:03 2026\t4625\tMicrosoft-Windows-Security-Auditing\tN/A\tN/A\tFailure Audit\tdc1\tLogon\t\tAn account failed to log on.    Account For Which Logon Failed:   Account Name:  admin    Failure Information:   Status:   0xC000006D   Sub Status:  0xC0000064    Network Information:   Source Network Address: 192.0.2.7   Source Port:  50123\t7',
  programs: [],
  reader: (context) => {
    const reader = logon(context);
    return {
      read({ bytes, message, end, time, record }, sheaf) {
        if (!standsAt(bytes, message, end, MARK)) return Line.foreign;
        const fields = latinText(bytes, message, end).split(TABS);
        const at = (column: number): string => fields[column] ?? '';
        const id = Number(at(ID) || Number.NaN);
        if (!Number.isInteger(id)) return Line.foreign;
        const data = fieldsOfMessage(at(TEXT));
        const event = { id, provider: at(PROVIDER), time: '', computer: at(COMPUTER), data };
        // Of other events nothing is told.
        reader.read(event, time, sheaf, record);
        return Line.used;
      },
    };
  },
};
