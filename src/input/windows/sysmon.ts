import { findText } from '../field.ts';
import { Line } from '../lines.ts';
import { processes } from '../process/windows.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { eventOfXml } from './event.ts';

/*
 * Sysmon for Linux, which writes its events to syslog in the XML of Windows (github.com/microsoft/SysmonForLinux):
 *
 *   message = "<Event>" … "</Event>"          event.ts
 */
const MARK = '<Event>';

export const sysmon: Dialect = {
  name: 'sysmon',
  about: 'Sysmon for Linux: processes and their connections.',
  sample:
    'Nov 21 23:28:03 node1 sysmon: <Event><System><Provider Name="Linux-Sysmon"/><EventID>3</EventID><TimeCreated SystemTime="2026-11-21T23:28:03.123456000Z"/><Computer>node1</Computer></System><EventData><Data Name="UtcTime">2026-11-21 23:28:03.120</Data><Data Name="ProcessId">4711</Data><Data Name="Image">/usr/bin/curl</Data><Data Name="Protocol">tcp</Data><Data Name="Initiated">true</Data><Data Name="SourceIp">198.51.100.7</Data><Data Name="SourcePort">50123</Data><Data Name="DestinationIp">192.0.2.9</Data><Data Name="DestinationPort">443</Data></EventData></Event>',
  programs: ['sysmon'],
  reader: (context) => {
    const reader = processes(context);
    return {
      read({ bytes, message, end, time, record }, sheaf) {
        const at = findText(bytes, MARK, message, end);
        const event = at < 0 ? undefined : eventOfXml(bytes, at, end);
        if (event === undefined) return Line.foreign;
        // Of other events nothing is told.
        reader.read(event, time, sheaf, record);
        return Line.used;
      },
    };
  },
};
