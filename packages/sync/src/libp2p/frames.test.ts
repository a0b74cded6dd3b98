import { concatBytes } from '@folkmoot/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameReader, frame } from './frames.ts'

test('[W6] frames come out as they went in, however the bytes are cut', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 20 })
  fc.assert(
    fc.property(bodies, fc.integer({ min: 1, max: 30 }), (frames, step) => {
      const bytes = concatBytes(...frames.map(frame))
      const reader = new FrameReader(50)
      const read: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += step) read.push(...reader.push(bytes.subarray(at, at + step)))
      expect(read.map(body => [...body])).toEqual(frames.map(body => [...body]))
    }),
  )
})

test('[W6] a frame over the cap, or empty, is refused at its length', () => {
  expect(() => new FrameReader(10).push(frame(new Uint8Array(11)).subarray(0, 4))).toThrow('frame is 11')
  expect(() => new FrameReader(10).push(new Uint8Array(4))).toThrow('frame is 0')
})
