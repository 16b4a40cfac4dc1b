// The form's choices, kept in the tab, become the attributes of the widget's script.
"use strict";

const CHOSEN = "citewise demo";
const form = document.getElementById("options");
const chosen = JSON.parse(sessionStorage.getItem(CHOSEN) || "{}");
const address = new URL("../widget.js", location.href).href;

for (const field of form.elements) if (field.name in chosen) field.value = chosen[field.name];

const attributes = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
const quoted = (value) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const written = Object.entries(attributes).map(([name, value]) => `\n  data-${name}="${quoted(value)}"`);
document.getElementById("snippet").textContent =
  `<script src="${address}"${written.join("")}\n  async></script>`;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(CHOSEN, JSON.stringify(Object.fromEntries(new FormData(form))));
  location.reload();
});

const element = document.createElement("script");
for (const [name, value] of Object.entries(attributes)) element.setAttribute(`data-${name}`, value);
const policy = window.trustedTypes?.createPolicy("demo", { createScriptURL: (url) => url });
element.src = policy ? policy.createScriptURL(address) : address;
document.head.append(element);
