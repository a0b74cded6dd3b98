/** Canonical CBOR, headers, entries, bodies and block updates: what every byte from a peer goes through. */
import {
  decodeBlockUpdate,
  decodeBody,
  decodeCanonical,
  decodeEntry,
  decodeHeader,
  encodeBlockUpdate,
  encodeBody,
  encodeCanonical,
  encodeHeader,
  limits,
  MalformedError,
} from '@folkmoot/core'
import { seal, unseal } from '../../../packages/core/src/sealing.ts'
import { decodeEntries, encodeEntries } from '../../../packages/sync/src/entry-frame.ts'
import { goldenEntry } from '../../support/golden.ts'
import { Fault, oneForm, oneMeaning, type Target } from '../target.ts'
import { BLOCK_UPDATES, DOCUMENT_BODIES, RUN } from './samples.ts'

const key = new Uint8Array(32).fill(5)
const about = new Uint8Array(100).fill(6)
const nonce = new Uint8Array(12).fill(7)

export const CORE_TARGETS: readonly Target[] = [
  {
    name: 'canonical CBOR',
    shape: 'cbor',
    samples: () => [
      ...DOCUMENT_BODIES.map(encodeBody),
      encodeHeader(goldenEntry().header),
      encodeCanonical([0, -1, 1.5, 'é', null, true, { a: [[[]]], b: new Uint8Array(3) }]),
    ],
    take: oneForm(decodeCanonical, encodeCanonical),
  },
  {
    name: 'entry header',
    shape: 'cbor',
    samples: () => [encodeHeader(goldenEntry().header), ...RUN.map(({ header }) => header)],
    take: oneForm(decodeHeader, encodeHeader),
  },
  {
    name: 'entry, framed, header and body',
    shape: 'bytes',
    samples: () => [encodeEntries(RUN), encodeEntries(RUN.slice(2))],
    bytesMax: limits.RUN_BYTES_MAX,
    take: input => {
      for (const entry of decodeEntries(input)) {
        const { bytes } = decodeEntry(entry)
        if (bytes.payload !== null) decodeBody(bytes.payload)
      }
      return true
    },
  },
  {
    name: 'document bodies',
    shape: 'cbor',
    samples: () => DOCUMENT_BODIES.map(encodeBody),
    bytesMax: limits.PAYLOAD_BYTES_MAX,
    take: oneForm(decodeBody, encodeBody),
  },
  {
    name: 'block update (Yjs)',
    shape: 'bytes',
    samples: () => BLOCK_UPDATES,
    bytesMax: limits.TEXT_BYTES_MAX,
    // Yjs has many forms of one update; what is passed on to it is always ours.
    take: oneMeaning(decodeBlockUpdate, encodeBlockUpdate, decodeBlockUpdate),
  },
  {
    name: 'sealed payload',
    shape: 'bytes',
    samples: () => [0, 1, 500].map(size => seal(key, about, new Uint8Array(size).fill(1), nonce)),
    bytesMax: limits.PAYLOAD_BYTES_MAX,
    take: input => {
      const text = unseal(key, about, input)
      if (text === undefined) return false
      const again = seal(key, about, text, input.subarray(0, 12))
      if (Buffer.compare(again, input) !== 0) throw new Fault('sealed again it is something else')
      return true
    },
  },
  {
    name: 'body in a sealed payload',
    shape: 'cbor',
    samples: () => DOCUMENT_BODIES.map(encodeBody),
    bytesMax: limits.PAYLOAD_BYTES_MAX,
    cost: 2,
    // A member seals what it likes: what comes out is no better than what comes in the clear.
    take: input => {
      const text = unseal(key, about, seal(key, about, input, nonce))
      if (text === undefined) throw new MalformedError('not unsealed')
      return oneForm(decodeBody, encodeBody)(text)
    },
  },
]
