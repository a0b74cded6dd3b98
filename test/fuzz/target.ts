/** One decoder under attack: where good inputs come from, how they are spoiled, and what must hold of any input. */

/** How inputs are spoiled: trees of CBOR or JSON, lines of text, or nothing but bytes. */
export type Shape = 'cbor' | 'json' | 'text' | 'bytes'

export interface Target {
  readonly name: string
  readonly shape: Shape
  /** Good inputs; each of them is accepted as it is. */
  readonly samples: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>
  /**
   * True if the input was accepted, false or a typed error if not. Throws anything else, a `Fault` among them, where
   * the decoder breaks its word.
   */
  readonly take: (input: Uint8Array) => boolean | Promise<boolean>
  /** How many times fewer inputs it gets than a cheap decoder: one, or a reader of files. */
  readonly cost?: number
  /** Bytes that an input is cut to: what stands before the decoder lets no more through. */
  readonly bytesMax?: number
  /** Errors that count as a typed refusal, beside Folkmoot's own. */
  readonly refuses?: (error: unknown) => boolean
}

/** The decoder returned, and what it returned is wrong. */
export class Fault extends Error {
  override readonly name = 'Fault'
}

/** What decodes has one form: encoded again it is the same bytes. */
export function oneForm<Value>(
  decode: (input: Uint8Array) => Value,
  encode: (value: Value) => Uint8Array,
): Target['take'] {
  return input => {
    const again = encode(decode(input))
    if (Buffer.compare(again, input) !== 0)
      throw new Fault(`encodes again as ${Buffer.from(again).toString('hex').slice(0, 400)}`)
    return true
  }
}

/** What decodes, however written, has one canonical form: writing that and reading it again changes nothing. */
export function oneMeaning<Value, Written>(
  decode: (input: Uint8Array) => Value,
  encode: (value: Value) => Written,
  read: (written: Written) => Value,
): Target['take'] {
  return input => {
    const value = decode(input)
    const written = encode(value)
    const [one, other] = [JSON.stringify(value), JSON.stringify(read(written))]
    if (one !== other) throw new Fault(`${one.slice(0, 200)} is read again as ${other.slice(0, 200)}`)
    return true
  }
}

export const textOf = (input: Uint8Array): string => Buffer.from(input).toString('utf8')
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))
