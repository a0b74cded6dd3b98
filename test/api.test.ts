/** What each package promises by name. A change here is a change for everybody who uses it. */
import { expect, test } from 'vitest'
import { exportsOf } from './support/source-tree.ts'

test('@folkmoot/core', () => {
  expect(exportsOf('packages/core')).toMatchInlineSnapshot()
})
