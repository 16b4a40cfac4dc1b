// What the page's owner chose, in the attributes of the script element.

const script = document.currentScript || document.querySelector("script[src*='/widget.js']");
const data = script.dataset;
const ENDPOINT = new URL("widget/v1/chat/completions", script.src);
const MAX_EXAMPLES = 4;

const listed = (text) => (text || "").split("|").map((one) => one.trim()).filter(Boolean);

const OPTIONS = {
  title: data.title || "Ask the papers",
  greeting: data.greeting
    || "Ask about the research papers. Answers are drawn from their abstracts, and every statement"
      + " names its source.",
  examples: listed(data.exampleQuestions).slice(0, MAX_EXAMPLES),
  atLeft: data.position === "bottom-left",
  colour: data.color || "#2b5c8a",
  theme: data.theme,
  key: data.key || "",
};
