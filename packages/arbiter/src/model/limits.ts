/** Every bound of judging by a model, with its reason. Characters are UTF-16 units. */

/** One candidate's value in a prompt: about a thousand tokens, more than a statement needs. */
export const VALUE_CHARACTERS_MAX = 4000

/** All values of a prompt together: they fit a small local model's context of 16k tokens, with room for the rest. */
export const VALUES_CHARACTERS_MAX = 40_000

/** Candidates of one case: that each still gets more than 600 characters. More are for a person. */
export const CANDIDATES_MAX = 64

/** A reason or source: a sentence or an address. */
export const NOTE_CHARACTERS_MAX = 500

/** A name, a key or a scope. */
export const NAME_CHARACTERS_MAX = 200

/** Neighbours in a prompt: the nearest tell most, and each is one more text that could mislead. */
export const NEIGHBOURS_MAX = 8

/** One neighbour's value: it is context, not what is judged. */
export const NEIGHBOUR_CHARACTERS_MAX = 500

/** Known memories that one statement is compared with. */
export const KNOWN_MAX = 20

/** Advice of a policy: a page. */
export const ADVICE_CHARACTERS_MAX = 2000

/** A merged text: as long as one candidate may be in the prompt. */
export const MERGE_CHARACTERS_MAX = VALUE_CHARACTERS_MAX

/** A condition: "on long flights". Longer ones are texts of their own. */
export const WHEN_CHARACTERS_MAX = 120

/** Words of a condition that only neighbours have. They name a circumstance; a sentence does not fit. */
export const WHEN_NEIGHBOUR_WORDS_MAX = 3

/** A rationale: what fits under a conflict in a terminal. */
export const RATIONALE_CHARACTERS_MAX = 600

/** A model's name as an endpoint gives it. */
export const MODEL_NAME_CHARACTERS_MAX = 200

/**
 * The share of a merged text's content words that candidates must have. It is all of them: one word from nowhere
 * ("allergic", "not") is enough to turn a statement over. Inflected forms count, and small connecting words are free.
 */
export const GROUNDED_WORDS_MIN = 1

/** Verdicts of less confidence are deferred: a wrong verdict costs more than a person's glance. */
export const CONFIDENCE_MIN = 0.6

/** A model's answer as text. Ours take less than 8 KiB; what is larger is not read as JSON. */
export const ANSWER_CHARACTERS_MAX = 64 * 1024

/** A response's body after decompression. A streamed answer repeats its envelope for every token. */
export const RESPONSE_BYTES_MAX = 1024 * 1024

/** An error's body: enough for its message. */
export const ERROR_BYTES_MAX = 16 * 1024

/** Of an endpoint's own words in our error: one line in a terminal. */
export const ERROR_CHARACTERS_MAX = 200

/** One attempt, from connecting to the last byte: a large local model on a small machine takes a minute. */
export const TIMEOUT_MS = 120_000

/** Attempts after the first. */
export const RETRIES = 3

/** What one answer may take: a rationale and a merged text, and some for thinking. */
export const OUTPUT_TOKENS_MAX = 2048

/** Wait before the first retry; it doubles with each. */
export const BACKOFF_MS = 500

/** The longest wait between attempts that we choose ourselves. */
export const BACKOFF_MS_MAX = 20_000

/** An endpoint that asks for a longer pause is not waited for in here: the caller hears how long. */
export const RETRY_WAIT_MS_MAX = 60_000

/** The longest pause that is believed; a date far off is a broken clock. */
export const RETRY_AFTER_MS_MAX = 3_600_000

/** Characters of a token, roughly, where an endpoint does not count them. English in common vocabularies. */
export const CHARACTERS_OF_TOKEN = 4
