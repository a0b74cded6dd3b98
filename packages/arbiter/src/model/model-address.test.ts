import { UsageError } from '@folkmoot/core'
import { expect, test } from 'vitest'
import { parseModelAddress } from './model-address.ts'

test.each([
  ['http://127.0.0.1:11434/v1#llama3.1', 'http://127.0.0.1:11434/v1', 'llama3.1'],
  ['https://api.example.com/v1/#gpt-x', 'https://api.example.com/v1', 'gpt-x'],
  ['http://[::1]:8080#hf.co/org/Model-GGUF:Q4_K_M', 'http://[::1]:8080', 'hf.co/org/Model-GGUF:Q4_K_M'],
  ['HTTPS://Example.COM#a b', 'https://example.com', 'a b'],
])('%s is an address and a name', (text, url, name) => {
  expect(parseModelAddress(text)).toEqual({ url, name })
})

test.each([
  ['', /needs a name/],
  ['http://127.0.0.1/v1', /needs a name/],
  ['http://127.0.0.1/v1#', /no model name/],
  ['http://127.0.0.1/v1# llama', /no model name/],
  ['http://127.0.0.1/v1#a#b', /no model name/],
  ['http://127.0.0.1/v1#a\nb', /no model name/],
  [`http://127.0.0.1/v1#${'x'.repeat(201)}`, /no model name/],
  ['127.0.0.1:11434#llama', /no address/],
  ['#llama', /no address/],
  ['file:///etc/passwd#llama', /http or https/],
  ['ftp://example.com#llama', /http or https/],
  ['http://user:secret@example.com/v1#llama', /user name or a password/],
  ['http://user@example.com/v1#llama', /user name or a password/],
  ['http://example.com/v1?key=secret#llama', /without \?/],
  ['http://example.com/v1/chat/completions#llama', /leave \/chat\/completions off/],
])('[J1] %s is refused', (text, why) => {
  expect(() => parseModelAddress(text)).toThrow(UsageError)
  expect(() => parseModelAddress(text)).toThrow(why)
})

test('[J1] a refusal does not repeat a secret', () => {
  const refusal = (text: string) => {
    try {
      parseModelAddress(text)
      return ''
    } catch (error) {
      return String(error)
    }
  }
  expect(refusal('http://user:hunter2@example.com/v1#llama')).not.toContain('hunter2')
  expect(refusal('http://example.com/v1?key=hunter2#llama')).not.toContain('hunter2')
})
