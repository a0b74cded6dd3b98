/** What servers say when a filter stops a text, or when a text is too long for the model. */
const SAID =
  /content[_ ](?:filter|policy)|moderation|safety|context[_ ](?:length|window|size)|maximum context|too many tokens|exceeds? .*context/i

/** Whether a refusal is about what was asked, and not about who asks: other questions may be answered. */
export function isAboutTheQuestion(status: number, detail: string): boolean {
  return status === 413 || ((status === 400 || status === 422) && SAID.test(detail))
}
