import { joinBytes } from './joinBytes';
import { littleEndian } from './littleEndian';
import { SIGNATURES } from './signatures';
import { FLAGS, isLarge, versionFor, WIDE, type WrittenFile } from './writtenFile';

/** The bytes at whose multiples the data of files begins. */
const ALIGNMENT = 64;

/**
 * The header before the bytes of a file that is stored as it is. The file's bytes begin at a multiple of 64. Their
 * checksum is not known yet: {@link dataDescriptor} has it.
 *
 * @param from - The offset of the header.
 */
export function localHeader(file: WrittenFile, from: number): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(file.name);
  const wide = isLarge(file) ? littleEndian([2, 1], [2, 16], [8, 0], [8, 0]) : new Uint8Array();
  const end = from + 30 + name.length + wide.length + 4;
  const padding = (ALIGNMENT - (end % ALIGNMENT)) % ALIGNMENT;
  const extra = joinBytes([wide, littleEndian([2, 0x4246], [2, padding]), new Uint8Array(padding)]); // 'FB', as in torch's files
  return joinBytes([
    littleEndian([4, SIGNATURES.local], [2, versionFor(isLarge(file))], [2, FLAGS], [2, 0]),
    littleEndian([4, 0], [4, 0], [4, isLarge(file) ? WIDE : 0], [4, isLarge(file) ? WIDE : 0]),
    littleEndian([2, name.length], [2, extra.length]),
    name,
    extra,
  ]);
}

/** The checksum and the size behind the bytes of a file. */
export function dataDescriptor(file: WrittenFile, checksum: number): Uint8Array<ArrayBuffer> {
  const width = isLarge(file) ? 8 : 4;
  return littleEndian(
    [4, SIGNATURES.descriptor],
    [4, checksum],
    [width, file.size],
    [width, file.size],
  );
}
