/** A composed mail on its way out. */
export interface OutgoingMail {
  /** The mail's own id, by which the provider can say later what became of it. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** The whole message: headers and body (RFC 5322). */
  readonly raw: Uint8Array;
  /** The `Message-ID` header in `raw`: the same at every try. */
  readonly messageId: string;
}

/** Hands mails to whoever delivers them. */
export interface MailTransport {
  /**
   * @returns the provider's id of the message.
   * @throws MailRefused when trying again cannot help; any other error may pass.
   */
  send(mail: OutgoingMail): Promise<string>;
}

/** The provider will never take this mail: its address is not one. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}
