import { crc32, inflateSync } from 'node:zlib';
import { create } from 'qrcode';
import { expect, test } from 'vitest';
import { codeImage } from '../../shared/mail/code-image.ts';

const ticket = 'ent_0123456789abcdefghjkmnpqrs.4711.0123456789abcdefghjkmnpqrs';

/** The chunks of a PNG, by type. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const typed = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(typed));
    chunks.set(typed.toString('latin1', 0, 4), typed.subarray(4));
    at += length + 12;
  }
  return chunks;
}

test('draws every module of the code, eight pixels wide, with four modules of white around it', () => {
  const { modules } = create(ticket, { errorCorrectionLevel: 'M' });
  const png = codeImage(ticket);
  expect(png.toString('latin1', 1, 4)).toBe('PNG');
  const chunks = chunksOf(png);
  const width = (modules.size + 8) * 8;
  const header = chunks.get('IHDR') ?? Buffer.alloc(0);
  // Width, height, one bit a pixel, grey, and nothing else.
  expect([header.readUInt32BE(0), header.readUInt32BE(4), ...header.subarray(8)]).toEqual([
    width,
    width,
    1,
    0,
    0,
    0,
    0,
  ]);
  const pixels = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  const rowBytes = 1 + width / 8;
  expect(pixels.length).toBe(rowBytes * width);
  for (let y = 0; y < width; y += 1) {
    expect(pixels[y * rowBytes]).toBe(0);
    for (let x = 0; x < width; x += 8) {
      const [row, column] = [Math.floor(y / 8) - 4, x / 8 - 4];
      const inside = row >= 0 && column >= 0 && row < modules.size && column < modules.size;
      const dark = inside && modules.get(row, column) === 1;
      expect(pixels[y * rowBytes + 1 + x / 8]).toBe(dark ? 0x00 : 0xff);
    }
  }
  expect(chunks.has('IEND')).toBe(true);
});

test('is small enough for a mail with ten of them', () => {
  expect(codeImage(ticket).length).toBeLessThan(2_000);
});
