/**
 * The `data` of each event of a server-sent event stream, however its bytes are cut into chunks. Other fields and
 * comments are of no use here. (WHATWG HTML, 9.2.6, but for one thing: an event at the end counts without its empty
 * line, because some servers close right after the last one.)
 */
export async function* eventData(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let data: string[] = []
  for await (const line of textLines(chunks)) {
    if (line !== '') data.push(...dataOf(line))
    else if (data.length > 0) {
      yield data.join('\n')
      data = []
    }
  }
  if (data.length > 0) yield data.join('\n')
}

function dataOf(line: string): readonly string[] {
  if (line === 'data') return ['']
  return line.startsWith('data:') ? [line.slice(line[5] === ' ' ? 6 : 5)] : []
}

/** Lines that end with CR, LF or both, and what follows the last of them. */
async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let afterReturn = false
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    if (text === '') continue
    // A line feed right after a carriage return belongs to it, even when it comes in the next chunk.
    const [first = '', ...others] = (afterReturn ? text.replace(/^\n/, '') : text).split(/\r\n|\r|\n/)
    afterReturn = text.endsWith('\r')
    rest += first
    for (const other of others) {
      yield rest
      rest = other
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
