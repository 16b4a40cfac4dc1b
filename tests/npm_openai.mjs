// npm's openai asks one question: `node npm_openai.mjs PACKAGE URL`, the request on standard input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, baseURL] = process.argv.slice(2);
const { OpenAI } = createRequire(import.meta.url)(folder);
const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0, timeout: 60_000 });
const told = { text: "", n_pieces: 0, sources: null, total_tokens: null, error: "" };

function add(chunk) {
  for (const choice of chunk.choices) {
    const text = (choice.delta ?? choice.message)?.content ?? "";
    told.text += text;
    told.n_pieces += text ? 1 : 0;
  }
  told.sources = chunk.sources ?? told.sources;
  told.total_tokens = chunk.usage?.total_tokens ?? told.total_tokens;
}

try {
  const request = JSON.parse(readFileSync(0, "utf8"));
  const answer = await client.chat.completions.create(request);
  if (request.stream) for await (const chunk of answer) add(chunk);
  else add(answer);
} catch (error) {
  told.error = String(error?.message || error) || "error";
}
process.stdout.write(JSON.stringify(told));
