// The element: a launcher, and the dialog that it opens.

const FOCUSABLE = "button:not([disabled]), a[href], textarea, summary, [tabindex='0']";
const MAX_QUESTION_CHARS = 2000;
const FOOTNOTE = "From abstracts only. Read the paper before you cite it.";

class CitewiseWidget extends HTMLElement {
  #views = [];
  #stopper = null;
  #returnTo = null;

  connectedCallback() {
    if (!this.shadowRoot) this.#build();
    this.#rise();
  }

  #build() {
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#draw());
    // What is typed here is not for the page's keyboard shortcuts.
    for (const kind of ["keydown", "keypress", "keyup"])
      shadow.addEventListener(kind, (event) => event.stopPropagation());
    this.#followTheme();
    this.#restore(storedTurns());
  }

  open() {
    if (!this.panel.hidden) return;
    this.#returnTo = document.activeElement;
    this.#show(true);
    // A phone's keyboard would hide the conversation.
    (matchMedia("(pointer: coarse)").matches ? this.panel : this.field).focus();
  }

  close() {
    if (this.panel.hidden) return;
    this.#show(false);
    const isElsewhere = ![null, this, document.body].includes(this.#returnTo);
    (isElsewhere && this.#returnTo.isConnected ? this.#returnTo : this.launcher).focus();
  }

  ask(question) {
    this.open();
    if (this.#stopper || !question.trim()) return;
    this.#add({ question: question.trim(), text: "" });
    this.#showNewest();
    this.#answer(this.#views.at(-1));
  }

  #draw() {
    this.launcher = iconButton("ask", OPTIONS.title,
      { class: "launcher", "aria-haspopup": "dialog", click: () => this.open() });
    this.log = make("div", { class: "log", tabindex: "0", role: "region", "aria-label": "Conversation" });
    this.live = make("div", { class: "unseen", "aria-live": "polite" });
    this.panel = make("section", { class: "panel", role: "dialog", "aria-modal": "true",
      "aria-labelledby": "title", tabindex: "-1", hidden: true, keydown: (event) => this.#onKey(event) },
      this.#header(), this.log, this.#composer(), make("p", { class: "footnote" }, FOOTNOTE), this.live);
    const place = `root${OPTIONS.atLeft ? " at-left" : ""}`;
    this.root = make("div", { class: place }, this.launcher, this.panel);
    return this.root;
  }

  #header() {
    this.renew = iconButton("renew", "New chat", { click: () => this.#startAnew() });
    return make("header", {}, make("h2", { id: "title" }, make("bdi", {}, OPTIONS.title)), this.renew,
      iconButton("close", "Close", { click: () => this.close() }));
  }

  #composer() {
    this.field = make("textarea", { rows: 1, placeholder: "Ask a question", "aria-label": "Question",
      dir: "auto", maxlength: MAX_QUESTION_CHARS, enterkeyhint: "send", input: () => this.#grow(),
      keydown: (event) => this.#onEnter(event) });
    this.send = iconButton("send", "Ask", { class: "send", click: () => this.#submit() });
    this.stop = iconButton("stop", "Stop", { class: "send", hidden: true,
      click: () => this.#stopper?.abort("stopped") });
    return make("div", { class: "composer" }, this.field, this.send, this.stop);
  }

  #welcome() {
    const ask = (question) => make("button", { type: "button", dir: "auto",
      click: () => { this.field.focus(); this.ask(question); } }, question);
    return make("div", { class: "welcome" }, make("p", {}, OPTIONS.greeting),
      ...OPTIONS.examples.map(ask));
  }

  #restore(turns) {
    this.#views = [];
    this.log.replaceChildren(this.#welcome());
    this.renew.disabled = true;
    for (const turn of turns) this.#add(turn);
  }

  #add(turn) {
    const view = new TurnView(turn, () => this.#retry(view));
    if (!this.#views.length) this.log.replaceChildren();
    this.#views.push(view);
    this.log.append(view.element);
    this.renew.disabled = false;
  }

  // The newest question stands at the top, its answer below: what is read does not move.
  #showNewest() {
    const newest = this.#views.at(-1)?.element;
    if (newest) this.log.scrollTop = newest.offsetTop - this.log.firstElementChild.offsetTop;
  }

  #show(isOpen) {
    this.panel.hidden = !isOpen;
    this.launcher.hidden = isOpen;
    if (isOpen) this.#showNewest();
  }

  #submit() {
    const question = this.field.value;
    if (this.#stopper || !question.trim()) return;
    this.field.value = "";
    this.#grow();
    this.field.focus();
    this.ask(question);
  }

  async #answer(view) {
    const { turn } = view;
    const stopper = new AbortController();
    let frame = 0;
    Object.assign(turn, { state: "asking", sources: [], nearest: [], abstained: false });
    this.#setBusy(stopper);
    view.draw();
    try {
      await answer(turn, messagesOf(this.#turns()), stopper, () => {
        frame ||= requestAnimationFrame(() => { frame = 0; view.draw(); });
      });
      turn.state = "done";
    } catch (failure) {
      turn.state = stopper.signal.reason === "stopped" ? "stopped" : "failed";
      turn.failure = { message: failure.message, advice: failure.advice };
      if (failure.advice) console.error(`Citewise: ${failure.advice}`);
    }
    cancelAnimationFrame(frame);
    if (stopper.signal.reason !== "left") this.#settle(view);
  }

  #turns() {
    return this.#views.map((view) => view.turn);
  }

  #settle(view) {
    this.#setBusy(null);
    view.draw();
    this.live.textContent = view.spoken();
    storeTurns(this.#turns());
  }

  #setBusy(stopper) {
    const hadFocus = [this.send, this.stop].includes(this.shadowRoot.activeElement);
    this.#stopper = stopper;
    this.send.hidden = Boolean(stopper);
    this.stop.hidden = !stopper;
    if (hadFocus) this.field.focus();
  }

  #retry(view) {
    if (this.#stopper) return;
    view.element.remove();
    this.#views = this.#views.filter((other) => other !== view);
    this.field.focus();
    this.ask(view.turn.question);
  }

  #startAnew() {
    this.#stopper?.abort("left");
    this.#setBusy(null);
    this.live.textContent = "";
    storeTurns([]);
    this.#restore([]);
    this.field.focus();
  }

  #onEnter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#submit();
  }

  #onKey(event) {
    if (event.key === "Escape") this.close();
    if (event.key !== "Tab") return;
    const stops = [...this.panel.querySelectorAll(FOCUSABLE)].filter((one) => one.getClientRects().length);
    const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    const active = this.shadowRoot.activeElement;
    if (active !== from && active !== this.panel) return;
    if (active === this.panel && !event.shiftKey) return;
    event.preventDefault();
    to.focus();
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  // Into the top layer: there no transform or opacity of the page's own elements reaches.
  #rise() {
    if (!this.showPopover) return;
    this.popover = "manual";
    this.showPopover();
  }

  // The script's data-theme, else the page's, else the reader's system.
  #followTheme() {
    const page = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const said = [OPTIONS.theme, page.dataset.theme].find((theme) => theme in SURFACES);
      const theme = said || (dark.matches ? "dark" : "light");
      this.root.dataset.theme = theme;
      for (const [name, value] of colours(theme)) this.root.style.setProperty(name, value);
    };
    new MutationObserver(apply).observe(page, { attributeFilter: ["data-theme"] });
    dark.addEventListener("change", apply);
    apply();
  }
}

function start() {
  if (document.querySelector("citewise-widget")) return;
  document.body.append(document.createElement("citewise-widget"));
}

if (!customElements.get("citewise-widget")) {
  customElements.define("citewise-widget", CitewiseWidget);
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
}
