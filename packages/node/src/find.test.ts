import { expect, test } from 'vitest'
import { ramMesh } from '../../../test/support/ram-mesh.ts'

function lone() {
  const [ann] = ramMesh(['ann']).nodes
  if (ann === undefined) throw new Error('nobody')
  return ann.node
}

const SHORT = 12

test('the first digits of an id find a memory within its scope, and not within another', async () => {
  const node = lone()
  const { id } = await node.remember('x', { scope: 'app=sc' })
  const short = id.slice(0, SHORT)
  expect(await node.get(short)).toMatchObject({ id })
  expect(await node.get(short, { scope: 'app=sc' })).toMatchObject({ id })
  expect(await node.get(short, { scope: 'app=other' })).toBeUndefined()
})

test('a source is named as any memory is: by id, first digits or key', async () => {
  const node = lone()
  const { id } = await node.remember('source', { key: 'log', scope: 'app=sc' })
  for (const [options, name] of [
    [{}, id],
    [{}, id.slice(0, SHORT)],
    [{}, 'log'],
    [{ scope: 'app=sc' }, 'log'],
    [{ scope: 'app=other' }, 'log'],
  ] as const) {
    const derived = await node.remember('so', { ...options, derivedFrom: [name] })
    expect((await node.get(derived.id))?.provenance.why?.derivedFrom).toEqual([id])
  }
})

test('a source is looked for where the memory is written before elsewhere, and counts once', async () => {
  const node = lone()
  const here = await node.remember('here', { key: 'log', scope: 'app=sc' })
  await node.remember('there', { key: 'log', scope: 'app=other' })
  const derived = await node.remember('so', { scope: 'app=sc', derivedFrom: ['log', here.id] })
  expect((await node.get(derived.id))?.provenance.why?.derivedFrom).toEqual([here.id])
  await expect(node.remember('so', { derivedFrom: ['log'] })).rejects.toMatchObject({ code: 'ambiguous' })
  await expect(node.remember('so', { derivedFrom: ['nothing'] })).rejects.toMatchObject({ code: 'not-found' })
})
