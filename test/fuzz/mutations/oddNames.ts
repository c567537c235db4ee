/** Names that readers, terminals and file systems may get wrong. */
export const ODD_NAMES: readonly string[] = [
  ...['', ' ', 'a', 'h', '0', '__proto__', 'constructor', 'toString', 'prototype', 'length'],
  ...['hasOwnProperty', 'valueOf', '__metadata__', '..', '../a', '/etc/passwd', 'a\\b', 'C:x'],
  ...['\0', '\n', 'a\nwrote b', '\x1b[2J', '\x9b2J', '\x7f', '\u202egnp', '\u2066', '\u200b'],
  ...['\ud800', '\udc00', '\u{1f600}', 'é', 'e\u0301', '\u2028', '\ufeff', '{}', '[]', '"', "'"],
  ...['x'.repeat(300), '.'.repeat(1000), 'a.'.repeat(500), '('.repeat(200), '9'.repeat(400)],
  ...['layer1.1000000000.conv1.weight', 'layers.99999999999999999999.weight', 'NaN', 'null'],
];
