import { crc32, deflateSync } from 'node:zlib';
import { create } from 'qrcode';

/** Pixels of one module of the code: a byte of a row. */
const scale = 8;
/** Modules of white around it, as ISO/IEC 18004 asks for. */
const margin = 4;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A text as a QR code in a PNG of one bit a pixel (www.w3.org/TR/png-3). The `qrcode` package's own PNG has 32 bits a
 * pixel, which is most of what composing a mail costs.
 */
export function codeImage(text: string): Buffer {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const size = modules.size + 2 * margin;
  const width = size * scale;
  // White is 1; each row begins with its filter, 0 for none.
  const white = Buffer.alloc(1 + size, 0xff).fill(0, 0, 1);
  const rows = Array.from({ length: size }, () => Buffer.from(white));
  for (let y = 0; y < modules.size; y += 1)
    for (let x = 0; x < modules.size; x += 1)
      if (modules.get(y, x)) rows[margin + y]?.fill(0, 1 + margin + x, 2 + margin + x);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 1;
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows.flatMap((row) => Array<Buffer>(scale).fill(row))))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(content.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
