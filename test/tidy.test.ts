/** The shape of the code, guarded by reading it: what may import what, what may not be said where, how long is long. */
import { describe, expect, test } from 'vitest'
import {
  codeOnly,
  cyclesIn,
  functionsOf,
  manifests,
  type SourceFile,
  sourceFiles,
} from './support/source-tree.ts'

/** Which of our packages each may import. Downwards only; neighbours never. */
const ALLOWED: { readonly [home: string]: readonly string[] } = {
  'packages/core': [],
  'packages/sync': ['@folkmoot/core'],
  'packages/store': ['@folkmoot/core'],
  'packages/arbiter': ['@folkmoot/core'],
  'packages/node': ['@folkmoot/arbiter', '@folkmoot/core', '@folkmoot/store', '@folkmoot/sync'],
  'packages/gateway': ['@folkmoot/core', '@folkmoot/node'],
  'apps/cli': ['@folkmoot/core', '@folkmoot/gateway', '@folkmoot/node'],
}

/** Packages that only some files may import, so that what they stand for can be exchanged. */
const KEPT_IN: readonly { readonly packages: RegExp; readonly files: RegExp }[] = [
  { packages: /^@automerge\//, files: /^packages\/core\/src\/record-document\.ts$/ },
  { packages: /^yjs$/, files: /^(packages\/core\/src\/block-text\.ts|packages\/gateway\/)/ },
  { packages: /^ai$/, files: /^packages\/arbiter\/src\/model\/ai-sdk(\.test)?\.ts$/ },
  { packages: /libp2p/, files: /^packages\/sync\/src\/(libp2p\/|.*libp2p-[^/]*\.ts$)/ },
]

/** In core and in sync's pure steps there is no world outside but through ports. */
const BANNED: readonly { readonly word: RegExp; readonly instead: string }[] = [
  { word: /\bDate\.now\b|\bnew Date\(\)/, instead: 'the Clock port' },
  { word: /\bperformance\./, instead: 'the Clock port' },
  { word: /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\bgetRandomValues\b/, instead: 'the Random port' },
  { word: /\bset(?:Timeout|Interval|Immediate)\b/, instead: 'a step that the owner calls when it is time' },
  { word: /\bfetch\(/, instead: 'a port that the node implements' },
  { word: /\bconsole\./, instead: 'an event, or an error that says it' },
  { word: /\bprocess\./, instead: 'an argument' },
]
const IS_PURE =
  /^packages\/core\/src\/|^packages\/sync\/src\/(?:session|session-state|fetching|fetch-window|confirming|reconcile|frontier|frontier-index|fingerprint|messages|message-fields|encode-message|entry-frame)\.ts$/

/** Lines of a source file (tests are as long as what they tell), and of a function. */
const FILE_LINES_MAX = 300
const FUNCTION_LINES_MAX = 70
/** Files and functions over that, today. These numbers may only fall. */
const LONG_FILES = 0
const LONG_FUNCTIONS = 3

const files = sourceFiles()
const sources = files.filter(file => !file.isTest)
const packages = manifests()

const nameOf = (home: string) => packages.get(home)?.name ?? home
const ours = new Set([...packages.values()].map(({ name }) => name))

function faults(of: readonly SourceFile[], find: (file: SourceFile) => readonly string[]): readonly string[] {
  return of.flatMap(file => find(file).map(fault => `${file.path}: ${fault}`))
}

/** `path:line: what`, for each line of code that matches. */
function linesWith(text: string, pattern: RegExp, what: string): readonly string[] {
  return text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`line ${i + 1}: ${what}`] : []))
}

describe('imports', () => {
  test('the table names every package', () => {
    expect(Object.keys(ALLOWED).sort()).toEqual([...packages.keys()].sort())
  })

  test('go downwards only', () => {
    const found = faults(sources, ({ home, imports }) =>
      imports
        .flatMap(({ packageName }) => packageName ?? [])
        .filter(name => ours.has(name) && !ALLOWED[home]?.includes(name))
        .map(name => `may not import ${name}`),
    )
    expect(found).toEqual([])
  })

  test('never reach into another package by path', () => {
    const found = faults(sources, ({ home, imports }) =>
      imports.flatMap(({ file }) =>
        file === undefined || file.startsWith(`${home}/`) ? [] : [`imports ${file}`],
      ),
    )
    expect(found).toEqual([])
  })

  test('nor come back to their own package through its index', () => {
    const found = faults(sources, ({ path, home, imports }) =>
      imports
        .filter(({ file, packageName }) => file === `${home}/src/index.ts` || packageName === nameOf(home))
        .filter(() => !path.endsWith('/main.ts'))
        .map(({ from }) => `imports its own index: ${from}`),
    )
    expect(found).toEqual([])
  })

  test('do not go round in a circle, types included', () => {
    expect(cyclesIn(sources)).toEqual([])
  })

  test('are declared in the package.json of who imports', () => {
    const found = faults(sources, ({ home, imports }) =>
      imports
        .flatMap(({ packageName }) => packageName ?? [])
        .filter(name => !packages.get(home)?.declared.includes(name))
        .map(name => `${name} is not declared`),
    )
    expect(found).toEqual([])
  })

  test('and what is declared is imported', () => {
    const imported = (home: string) =>
      new Set(
        files
          .filter(file => file.home === home)
          .flatMap(file => file.imports.map(({ packageName }) => packageName)),
      )
    const unused = [...packages].flatMap(([home, { declared }]) =>
      declared.filter(name => !imported(home).has(name)).map(name => `${home}: ${name}`),
    )
    expect(unused).toEqual([])
  })

  test('of what stands behind a port are in the files that implement it', () => {
    const found = faults(sources, ({ path, imports }) =>
      KEPT_IN.flatMap(({ packages: kept, files: homes }) =>
        imports.flatMap(({ packageName }) =>
          packageName !== undefined && kept.test(packageName) && !homes.test(path)
            ? [`may not import ${packageName}`]
            : [],
        ),
      ),
    )
    expect(found).toEqual([])
  })

  test('of a database are in store', () => {
    const found = faults(sources, ({ home, imports }) =>
      imports.flatMap(({ from }) =>
        /sqlite/.test(from) && home !== 'packages/store' && !from.startsWith('.') ? [from] : [],
      ),
    )
    expect(found).toEqual([])
  })
})

/**
 * Merged state is read through Sight, which asks who reads. These few files come to it another way, and say why there:
 * they look at entries for their own sake, and tell nobody what is in them.
 */
const MERGED_STATE =
  /\bstorage\.rows\b|\brows\s*\}\s*=\s*[\w.#]*storage\b|\bentries\.(?:ofDocument|find)\b|\bopenDocument\(|\breplica\.roots\b|\browAsOf\(/
const BESIDE_SIGHT: readonly string[] = [
  'packages/node/src/sight.ts',
  // Whether a peer has an entry.
  'packages/node/src/online-mesh.ts',
  // Headers of membership entries: who signed what, and by whose authority.
  'packages/node/src/keys/readers.ts',
  'packages/node/src/verify-report.ts',
  // What an erasure destroys, and whether it is gone.
  'packages/node/src/erasures.ts',
]

test('what is remembered is read through Sight alone', () => {
  const doors = sources.filter(
    ({ home, path }) =>
      (home === 'packages/node' || home === 'packages/gateway') && !BESIDE_SIGHT.includes(path),
  )
  expect(
    faults(doors, file => linesWith(codeOnly(file.text), MERGED_STATE, 'ask Sight (packages/node)')),
  ).toEqual([])
})

test.each(BANNED)('nothing pure says $word: use $instead', ({ word, instead }) => {
  const pure = sources.filter(({ path }) => IS_PURE.test(path))
  expect(faults(pure, file => linesWith(codeOnly(file.text), word, `use ${instead}`))).toEqual([])
})

test('nothing is left for later', () => {
  // Put together here, so that this file does not find itself.
  const leftovers = new RegExp(
    ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', '\\.sk' + 'ip\\(', '\\.on' + 'ly\\('].join('|'),
  )
  expect(faults(files, file => linesWith(file.text, leftovers, 'left over'))).toEqual([])
})

test('what a package exports is written down name by name', () => {
  const stars = /^export \*(?! as (?:limits|syncLimits) from '\.\/limits\.ts')/
  expect(faults(sources, file => linesWith(file.text, stars, 'name what is exported'))).toEqual([])
})

describe('length', () => {
  const lengths = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines)

  test(`files of more than ${FILE_LINES_MAX} lines do not get more`, () => {
    console.info(
      lengths
        .slice(0, 10)
        .map(({ path, lines }) => `${lines}\t${path}`)
        .join('\n'),
    )
    expect(lengths.filter(({ lines }) => lines > FILE_LINES_MAX).length).toBeLessThanOrEqual(LONG_FILES)
  })

  test(`functions of more than ${FUNCTION_LINES_MAX} lines do not get more`, () => {
    const suites = /\/conformance\//
    const long = sources
      .filter(({ path }) => !suites.test(path))
      .flatMap(functionsOf)
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
    expect(long.length, JSON.stringify(long, null, 1)).toBeLessThanOrEqual(LONG_FUNCTIONS)
  })
})
