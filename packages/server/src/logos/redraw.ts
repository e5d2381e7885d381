import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** Most pixels of an image that is decoded: a few hundredths of a second of work, and 4 MB. */
export const pixelsMax = 1_048_576;
/** Longest side of one, px. */
const sideMax = 4_096;
/** The box into which a logo is drawn, px: twice what the page shows, for sharp screens. */
export const box = { width: 320, height: 96 };

/** Pixels from left to right, top to bottom: red, green, blue and opacity of 0–255 each. */
interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Draws an image anew as a small PNG, so that nothing of what came but its pixels goes out: no metadata, no second format hidden
 * behind the first, no size that somebody else chose. PNG (not interlaced) and JPEG; `undefined` for anything else, broken, or
 * beyond `pixelsMax`.
 */
export function redraw(bytes: Buffer): Buffer | undefined {
  try {
    const picture = decode(bytes);
    if (!picture) return undefined;
    const { width, height, data } = fitted(picture);
    const png = new PNG({ width, height });
    png.data = Buffer.from(data);
    return PNG.sync.write(png);
  } catch {
    return undefined;
  }
}

function decode(bytes: Buffer): Picture | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')) && bytes.length > 33) {
    // The header tells what decoding will cost. Interlaced ones are left out: their length cannot be told beforehand.
    const isInterlaced = bytes[28] !== 0;
    if (isInterlaced || !isSmall(bytes.readUInt32BE(16), bytes.readUInt32BE(20))) return undefined;
    return PNG.sync.read(bytes);
  }
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const limits = { maxResolutionInMP: pixelsMax / 1_000_000, maxMemoryUsageInMB: 64 };
  const picture = jpeg.decode(bytes, { ...limits, useTArray: true, formatAsRGBA: true, tolerantDecoding: false });
  return isSmall(picture.width, picture.height) ? picture : undefined;
}

function isSmall(width: number, height: number): boolean {
  return width > 0 && height > 0 && width <= sideMax && height <= sideMax && width * height <= pixelsMax;
}

/** Shrunk into the box, each pixel the mean of those that it stands for; a small one stays as it is. */
function fitted(picture: Picture): Picture {
  const scale = Math.min(1, box.width / picture.width, box.height / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  if (width === picture.width && height === picture.height) return picture;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const rows = spanOf(y, height, picture.height);
    for (let x = 0; x < width; x += 1) {
      mean(picture, spanOf(x, width, picture.width), rows, data.subarray((y * width + x) * 4));
    }
  }
  return { width, height, data };
}

type Span = readonly [from: number, to: number];

function spanOf(at: number, parts: number, length: number): Span {
  const from = Math.floor((at * length) / parts);
  return [from, Math.max(from + 1, Math.floor(((at + 1) * length) / parts))];
}

/** Colours weigh as much as they can be seen, or a clear ground would darken the edge. */
function mean({ width, data }: Picture, [left, right]: Span, [top, bottom]: Span, out: Uint8Array): void {
  const sum = [0, 0, 0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let at = (y * width + left) * 4; at < (y * width + right) * 4; at += 4) {
      const opacity = data[at + 3] ?? 0;
      for (let part = 0; part < 3; part += 1) sum[part] = (sum[part] ?? 0) + (data[at + part] ?? 0) * opacity;
      sum[3] = (sum[3] ?? 0) + opacity;
    }
  }
  const opacity = sum[3] ?? 0;
  for (let part = 0; part < 3; part += 1) out[part] = opacity === 0 ? 0 : Math.round((sum[part] ?? 0) / opacity);
  out[3] = Math.round(opacity / ((right - left) * (bottom - top)));
}
