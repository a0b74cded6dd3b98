/**
 * Entries side by side, as a page and a gossip message carry them. Their bytes are copied, never re-encoded.
 *
 *   entry = header length (2 bytes, big endian) | header
 *         | flags: 1 = signed, 2 = has its payload | signature (64), if signed
 *         | payload length (4 bytes, big endian) | payload, if it has one
 *
 * Seven bytes for an entry with a payload. One encoding for each list of entries: what does not decode exactly is
 * malformed.
 */
import { type EntryBytes, limits, MalformedError, TooLargeError } from '@folkmoot/core'

const SIGNED = 1
const WITH_PAYLOAD = 2
const SIGNATURE_BYTES = 64

/** The entry's own bytes: what catching up is measured against. */
export function entrySize(entry: EntryBytes): number {
  return entry.header.length + (entry.signature?.length ?? 0) + (entry.payload?.length ?? 0)
}

function framedSize(entry: EntryBytes): number {
  return entrySize(entry) + 3 + (entry.payload === null ? 0 : 4)
}

export function framedRunSize(entries: readonly EntryBytes[]): number {
  return entries.reduce((sum, entry) => sum + framedSize(entry), 0)
}

export function encodeEntries(entries: readonly EntryBytes[]): Uint8Array {
  const bytes = new Uint8Array(framedRunSize(entries))
  const view = new DataView(bytes.buffer)
  let at = 0
  const put = (part: Uint8Array) => {
    bytes.set(part, at)
    at += part.length
  }
  for (const { header, signature, payload } of entries) {
    view.setUint16(at, header.length)
    at += 2
    put(header)
    view.setUint8(at, (signature ? SIGNED : 0) | (payload ? WITH_PAYLOAD : 0))
    at += 1
    if (signature) put(signature)
    if (!payload) continue
    view.setUint32(at, payload.length)
    at += 4
    put(payload)
  }
  return bytes
}

/** The entries are views of `bytes`. @throws MalformedError | TooLargeError */
export function decodeEntries(bytes: Uint8Array): readonly EntryBytes[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = (length: number) => {
    if (at + length > bytes.length) throw new MalformedError('an entry is cut short')
    at += length
    return at - length
  }
  const part = (length: number) => {
    const start = take(length)
    return bytes.subarray(start, start + length)
  }
  const entries: EntryBytes[] = []
  while (at < bytes.length) {
    if (entries.length === limits.RUN_ENTRIES_MAX)
      throw new TooLargeError('run', entries.length + 1, entries.length)
    const header = part(atMost('header', view.getUint16(take(2)), limits.HEADER_BYTES_MAX))
    const flags = view.getUint8(take(1))
    if (flags > (SIGNED | WITH_PAYLOAD)) throw new MalformedError(`entry flags ${flags}`)
    const signature = flags & SIGNED ? part(SIGNATURE_BYTES) : null
    const payload =
      flags & WITH_PAYLOAD ? part(atMost('payload', view.getUint32(take(4)), limits.FORK_BYTES_MAX)) : null
    entries.push({ header, signature, payload })
  }
  if (entries.length > 0 && entries.at(-1)?.signature === null) {
    throw new MalformedError('the last entry of a run is not signed')
  }
  return entries
}

function atMost(what: string, size: number, max: number): number {
  if (size > max) throw new TooLargeError(what, size, max)
  return size
}
