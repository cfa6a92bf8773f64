import type { Family } from './family.ts';

/**
 * Ways out of the folder that the site is in (CWE-22). Browsers resolve dot segments before they send (RFC 3986
 * §5.2.4), so one in the path was put there by a program; the encoded ones are for filters that look at another layer.
 */
export const TRAVERSAL: readonly Family[] = [
  {
    name: 'encoded path traversal',
    about: 'dot segments in an encoding that hides them: percent, double, overlong, backslash, "..;/"',
    bits: 14,
    technique: 'vulnerability',
    signs: ['..;/'],
  },
  {
    name: 'way out to a file of the system',
    about: 'dot segments right before a file of the system or a shell (CVE-2021-41773)',
    bits: 24,
    technique: 'vulnerability',
    signs: [
      '*../etc/passwd',
      '*../etc/shadow',
      '*../bin/sh',
      '*../bin/bash',
      '*../proc/self/',
      '*../windows/',
      '*../winnt/',
      '*..\\etc\\passwd',
      '*..\\windows\\',
      '*..\\winnt\\',
    ],
  },
  {
    name: 'path traversal',
    about: 'dot segments that lead above the root of the site, or several in a parameter',
    bits: 12,
    technique: 'vulnerability',
  },
  {
    name: 'dot segments',
    about: 'one dot segment: bad link resolution does this too',
    bits: 4,
    technique: 'vulnerability',
  },
  {
    name: 'file of the system',
    about: 'a file that every system of a kind has, to see whether it can be read',
    bits: 12,
    technique: 'vulnerability',
    signs: [
      '*/etc/passwd',
      '*/etc/shadow',
      '*/etc/group',
      '*/etc/hosts',
      '*/etc/issue',
      '*/etc/nginx/',
      '*/etc/apache2/',
      '*/proc/self/',
      '*/proc/version',
      '*/proc/cpuinfo',
      '*/var/log/',
      '*win.ini',
      '*boot.ini',
      '*system.ini',
      '*c:\\windows',
      '*c:/windows',
      '*c:\\boot',
      '*/web-inf/',
      '*\\web-inf\\',
      '*/meta-inf/',
      '*/root/.',
      '/etc/$',
      '*global.asa',
    ],
  },
];
