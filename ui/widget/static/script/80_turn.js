// One question and its answer, as they are drawn. A turn's `state` is asking, done, stopped or failed.

const EDGE = 12; // pixels
let turnCount = 0;

class TurnView {
  constructor(turn, onRetry) {
    this.turn = turn;
    this.onRetry = onRetry;
    this.id = `turn-${++turnCount}`;
    this.answer = make("div", { class: "answer" });
    this.element = make("article", { class: "turn" },
      make("p", { class: "question" }, turn.question), this.answer);
    this.draw();
  }

  draw() {
    const { state, text, abstained } = this.turn;
    this.answer.className = `answer ${state}${abstained ? " abstained" : ""}`;
    this.answer.setAttribute("aria-busy", state === "asking");
    const parts = abstained ? this.abstention() : markdown(text, (number) => this.chip(number));
    this.answer.replaceChildren(...parts, ...this.status(), ...this.papers());
  }

  abstention() {
    const { text, nearest = [] } = this.turn;
    if (!nearest.length) return markdown(text, String);
    const told = blocksOf(text).filter((block) => block.kind === "p");
    const isAnnounced = text.includes("papers are:");
    return [
      ...told.map((block) => drawBlock(block, (number) => `[${number}]`)),
      isAnnounced ? "" : make("p", { class: "heading" }, "Nearest papers"),
      nearestList(nearest),
    ];
  }

  status() {
    const { state, text, failure } = this.turn;
    if (state === "asking" && !text) return [make("p", { class: "waiting" }, "Reading the abstracts")];
    if (state === "stopped") return [make("p", { class: "note" }, "Stopped.")];
    return state === "failed" ? [this.failure(failure)] : [];
  }

  failure({ message, advice }) {
    const again = make("button", { type: "button", class: "again", click: this.onRetry }, "Try again");
    const folded = advice
      ? make("details", {}, make("summary", {}, "For the owner of this page"), make("p", {}, advice))
      : "";
    return make("div", { class: "failure" }, make("p", {}, message), folded, again);
  }

  papers() {
    const { sources = [] } = this.turn;
    const papers = [...new Map(sources.map((source) => [source.paper_id, source])).values()];
    if (!papers.length) return [];
    const counted = `${papers.length} source${papers.length === 1 ? "" : "s"}`;
    return [make("details", { class: "papers" }, make("summary", {}, counted), nearestList(papers))];
  }

  chip(number) {
    const source = this.turn.sources?.find((one) => one.number === number);
    const label = source ? `Source ${number}: ${source.title}` : `Source ${number}`;
    const state = { "aria-expanded": "false", "aria-label": label, disabled: !source };
    const chip = make("button", { type: "button", class: "chip", ...state,
      click: () => this.toggle(chip, source) }, String(number));
    return chip;
  }

  toggle(chip, source) {
    const isOpen = chip.getAttribute("aria-expanded") === "true";
    for (const other of this.answer.querySelectorAll(".chip")) fill(other, { "aria-expanded": "false" }, []);
    this.answer.querySelector(".card")?.remove();
    if (isOpen) return;
    const id = `${this.id}-source`;
    const block = chip.closest("li, p");
    const card = quoteCard(source, id);
    if (block.localName === "li") block.append(card);
    else block.after(card);
    fill(chip, { "aria-expanded": "true", "aria-controls": id }, []);
    this.reveal(chip, card);
  }

  // Only the conversation may scroll, which scrollIntoView does not promise.
  reveal(chip, card) {
    const log = this.element.parentElement;
    const pane = log.getBoundingClientRect();
    const hidden = card.getBoundingClientRect().bottom + EDGE - pane.bottom;
    const room = chip.getBoundingClientRect().top - EDGE - pane.top;
    if (hidden > 0) log.scrollTop += Math.min(hidden, room);
  }

  spoken() {
    const { state, failure } = this.turn;
    if (state === "failed") return failure.message;
    const copy = this.answer.cloneNode(true);
    copy.querySelectorAll(".chip, details").forEach((part) => part.remove());
    return [...copy.children].map((part) => part.textContent).join(" ");
  }
}
