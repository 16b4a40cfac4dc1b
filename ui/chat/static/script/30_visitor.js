// Who asks: a secret name that this browser gave itself, the conversation that this tab shows, and
// what a question is to replace. Sent with every question; nothing of it is in the address, but for
// the token of a link to one answer.
(() => {
  "use strict";

  const OWNER = "citewise-owner";
  const CONVERSATION = "citewise-conversation";
  const token = new URLSearchParams(location.search).get("answer") || "";
  const forgotten = new Map(); // what a browser that stores nothing remembers until it is closed

  const remembered = (storage, key) => {
    try {
      return window[storage].getItem(key) || "";
    } catch {
      return forgotten.get(key) || "";
    }
  };

  const remember = (storage, key, value) => {
    try {
      if (value) window[storage].setItem(key, value);
      else window[storage].removeItem(key);
    } catch {
      forgotten.set(key, value);
    }
  };

  const newName = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  };

  const owner = () => {
    const known = remembered("localStorage", OWNER);
    if (/^[A-Za-z0-9_-]{16,64}$/.test(known)) return known;
    const name = newName();
    remember("localStorage", OWNER, name);
    return name;
  };

  let replaces = 0;

  const visitor = () =>
    JSON.stringify({
      owner: owner(),
      conversation: token ? "" : remembered("sessionStorage", CONVERSATION),
      replaces,
      shared: token,
    });

  // Fills in a hidden field and presses the hidden button that takes it to the server.
  const BUTTONS = { again: "ask-again", opened: "open" };
  const send = (field, value) => {
    window.citewise.setValue(`#${field}`, value);
    window.setTimeout(() => document.getElementById(BUTTONS[field]).click());
  };

  // Asks the server for something of this reader's; the answer is JSON, or text.
  const request = async (path, { method = "GET", body } = {}) => {
    const headers = { "X-Citewise-Owner": owner() };
    if (body) headers["Content-Type"] = "application/json";
    const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    const content = isJson ? await response.json() : await response.text();
    if (response.ok) return content;
    const told = content?.error?.message;
    throw new Error(typeof told === "string" ? told : "The server did not do it.");
  };

  Object.assign(window.citewise, {
    visitor,
    request,
    send,
    isShared: Boolean(token),
    conversation: () => (token ? "" : remembered("sessionStorage", CONVERSATION)),
    keepConversation: (id) => remember("sessionStorage", CONVERSATION, id),
    replacing: (number) => {
      replaces = number;
    },
  });

  // Until the first picture has come, a page that has something to show does not greet anyone.
  document.documentElement.toggleAttribute("data-arriving", Boolean(visitorHasSomething()));
  document.documentElement.toggleAttribute("data-shared", Boolean(token));

  function visitorHasSomething() {
    return token || remembered("sessionStorage", CONVERSATION);
  }
})();
