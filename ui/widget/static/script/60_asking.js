// One question over the network: the answer as it grows, or a failure with words for a reader.

const SECONDS_OF_SILENCE = 60;
const MAX_TURNS_SENT = 5;
const MAX_ANSWER_CHARS = 4000;
const UNREACHED = "The assistant cannot be reached. Check your connection, then try again.";

// `advice` is for who runs the page; readers find it folded away.
class Failure extends Error {
  constructor(message, advice = "") {
    super(message);
    this.advice = advice;
  }
}

// Browsers tell a script only "Failed to fetch"; but a policy of the page is told to the document.
let isBlockedByPolicy = false;
document.addEventListener("securitypolicyviolation", (event) => {
  isBlockedByPolicy ||= event.effectiveDirective === "connect-src"
    && event.blockedURI.startsWith(ENDPOINT.origin);
});

function messagesOf(turns) {
  const answered = turns.slice(0, -1).filter((turn) => turn.text);
  const said = answered.slice(-MAX_TURNS_SENT).flatMap((turn) => [
    { role: "user", content: turn.question },
    { role: "assistant", content: turn.text.slice(0, MAX_ANSWER_CHARS) },
  ]);
  return [...said, { role: "user", content: turns.at(-1).question }];
}

async function send(messages, signal) {
  const headers = { "Content-Type": "application/json" };
  if (OPTIONS.key) headers.Authorization = `Bearer ${OPTIONS.key}`;
  const body = JSON.stringify({ messages, stream: true });
  const how = { credentials: "omit", cache: "no-store", redirect: "error" };
  try {
    return await fetch(ENDPOINT, { method: "POST", headers, body, signal, ...how });
  } catch (error) {
    if (signal.aborted) throw error;
    await new Promise((resolve) => setTimeout(resolve));
    throw unreached();
  }
}

function unreached() {
  if (!navigator.onLine) return new Failure("You seem to be offline. Try again once connected.");
  const advice = isBlockedByPolicy
    ? `This page's Content-Security-Policy blocks it. Add ${ENDPOINT.origin} to connect-src.`
    : `If the server runs, it does not list this page. Start it with:`
      + ` citewise serve --widget-origin ${location.origin}`;
  return new Failure(UNREACHED, advice);
}

async function refused(response) {
  const said = await response.json().then((body) => body.error.message, () => "");
  const seconds = Number(response.headers.get("Retry-After")) || 60;
  if (response.status === 429) return new Failure(`Too many questions. Try again in ${seconds} seconds.`);
  if (response.status === 503) return new Failure(`The assistant is busy. Try again in ${seconds} seconds.`);
  if ([401, 403].includes(response.status)) return new Failure("This page may not ask the assistant.", said);
  if (response.status >= 500) return new Failure("The assistant failed. Try again later.", said);
  return new Failure(said || `The question was refused (${response.status}).`);
}

async function* linesOf(body, onBytes) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let held = "", step; !(step = await reader.read()).done;) {
    onBytes();
    const lines = (held + step.value).split("\n");
    held = lines.pop();
    yield* lines;
  }
}

// Writes the answer into `turn`, and calls `onText` whenever there is more of it.
async function answer(turn, messages, stopper, onText) {
  let silence;
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => stopper.abort("silence"), SECONDS_OF_SILENCE * 1000);
  };
  try {
    listen();
    const response = await send(messages, stopper.signal);
    if (!response.ok) throw await refused(response);
    for await (const line of linesOf(response.body, listen)) {
      if (line.trim() === "data: [DONE]") return;
      if (line.startsWith("data: ")) take(turn, JSON.parse(line.slice(6)), onText);
    }
    throw new Failure("The answer was cut off. Try again.");
  } catch (error) {
    if (stopper.signal.reason === "silence") throw new Failure("No answer came. Try again.");
    if (error instanceof Failure || stopper.signal.aborted) throw error;
    throw new Failure("The answer was cut off. Try again.", String(error));
  } finally {
    clearTimeout(silence);
  }
}

function take(turn, chunk, onText) {
  if (chunk.error) throw new Failure("The assistant failed. Try again later.", chunk.error.message);
  turn.text += chunk.choices[0]?.delta.content || "";
  const { sources, nearest, abstained } = chunk;
  if (sources) Object.assign(turn, { sources, nearest, abstained });
  onText();
}
