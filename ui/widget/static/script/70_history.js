// The conversation, kept for as long as the tab: a page that is opened next goes on with it.

const STORED = `citewise ${ENDPOINT.href}`;
const MAX_TURNS = 20;

function storedTurns() {
  try {
    const turns = JSON.parse(sessionStorage.getItem(STORED)) || [];
    return turns.filter((turn) => typeof turn.question === "string" && typeof turn.text === "string");
  } catch {
    return [];
  }
}

function storeTurns(turns) {
  try {
    const told = turns.filter((turn) => turn.state !== "failed").slice(-MAX_TURNS);
    sessionStorage.setItem(STORED, JSON.stringify(told));
  } catch {
    // No room, or a page that may not store anything: the conversation lasts until the next page.
  }
}
