import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import PostalMime, { type Address, type Email } from 'postal-mime';

/** One sent mail, as a mail program would understand it. */
export interface Mail {
  /** Sorts by time. */
  readonly id: string;
  /** When it was handed over, as ISO 8601 in UTC. */
  readonly sentAt: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
  /** The `Message-ID` header: the same when one mail was sent twice. */
  readonly messageId: string | undefined;
  readonly parts: readonly MailPart[];
}

/** An attachment, or an image that the HTML refers to by its content id. */
export interface MailPart {
  readonly name: string;
  readonly type: string;
  readonly contentId: string | undefined;
  readonly isInline: boolean;
  readonly content: Uint8Array<ArrayBuffer>;
}

export interface MailStore {
  /** Stores the message exactly as it came, and answers its id. */
  add(message: Uint8Array): Promise<string>;
  /** Newest first. */
  ids(): Promise<string[]>;
  find(id: string): Promise<Mail | undefined>;
  raw(id: string): Promise<Buffer | undefined>;
}

const FILE = /^(?<id>\d{8}T\d{9}Z-[0-9a-f]{8})\.eml$/;

/** Keeps each mail as one `.eml` file in `directory`, named by time, so that any mail program opens it. */
export async function openMailStore(directory: string): Promise<MailStore> {
  await mkdir(directory, { recursive: true });
  const parsed = new Map<string, Mail>();
  let lastTime = 0;

  async function raw(id: string): Promise<Buffer | undefined> {
    if (!FILE.test(`${id}.eml`)) return undefined;
    try {
      return await readFile(join(directory, `${id}.eml`));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  return {
    async add(message) {
      // Two mails of one millisecond keep their order.
      lastTime = Math.max(Date.now(), lastTime + 1);
      const time = new Date(lastTime).toISOString().replace(/[-:.]/g, '');
      const id = `${time}-${randomBytes(4).toString('hex')}`;
      const file = join(directory, `${id}.eml`);
      await writeFile(`${file}.part`, message);
      await rename(`${file}.part`, file);
      return id;
    },
    async ids() {
      const names = await readdir(directory);
      return names
        .flatMap((name) => FILE.exec(name)?.groups?.id ?? [])
        .toSorted()
        .toReversed();
    },
    async find(id) {
      const known = parsed.get(id);
      if (known) return known;
      const message = await raw(id);
      if (!message) return undefined;
      const mail = toMail(id, await PostalMime.parse(message));
      parsed.set(id, mail);
      return mail;
    },
    raw,
  };
}

function toMail(id: string, email: Email): Mail {
  return {
    id,
    sentAt: id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'),
    from: email.from ? addressText(email.from) : '',
    to: recipients(email),
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html,
    messageId: email.messageId,
    parts: email.attachments.map(({ filename, mimeType, contentId, disposition, content }, index) => ({
      name: filename ?? `part-${index + 1}`,
      type: mimeType,
      contentId: contentId?.replace(/^<|>$/g, ''),
      isInline: disposition === 'inline' && contentId !== undefined,
      content: toBytes(content),
    })),
  };
}

/** Everyone a mail goes to, by its headers. */
export function recipients(email: Email): string[] {
  return [email.to, email.cc, email.bcc].flatMap((list) => list ?? []).map(addressText);
}

function addressText({ name, address }: Address): string {
  if (address === undefined) return name;
  return name ? `${name} <${address}>` : address;
}

function toBytes(content: ArrayBuffer | Uint8Array | string): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}
