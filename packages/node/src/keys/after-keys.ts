type Questions = { readonly [name: string]: (...given: never[]) => Promise<unknown> }

/**
 * The same questions, each answered when the keys have been opened that came before it was asked. An entry can be stored,
 * and its author told so, some milliseconds before its key is open: who reads then must not find nothing.
 * @param opened resolves when they are; at once, if none came
 */
export function afterKeys<Asked extends Questions>(opened: () => Promise<void>, questions: Asked): Asked {
  const answers = Object.entries(questions).map(([name, answer]) => [
    name,
    async (...given: never[]) => {
      await opened()
      return answer(...given)
    },
  ])
  return Object.fromEntries(answers) as Asked
}
