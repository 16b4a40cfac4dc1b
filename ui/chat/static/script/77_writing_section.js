// The section while it is written, and what a reader takes away. Its paragraphs and cards come from
// the server as HTML in which all text is escaped, as those of answers do.
(() => {
  "use strict";

  const { writing } = window.citewise;
  const { find, count, drawLeftOut } = writing;
  const NAME = "related-work"; // of the files: the .tex looks for the .bib under it

  let files = {};

  const parsed = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  };

  const begin = () => {
    files = {};
    for (const part of [".text", "#writing-sources .sources"]) find(part).replaceChildren();
    for (const part of [".takeaway", ".considered"]) find(part).hidden = true;
    for (const part of [".written", "#writing-sources"]) find(part).hidden = false;
    find(".text").setAttribute("aria-busy", "true");
    find(".told").textContent = "Writing…";
    find("#writing-section-title").focus({ preventScroll: true });
    find(".written").scrollIntoView();
  };

  const grow = ({ paragraph, cards }) => {
    find(".text").append(parsed(paragraph));
    find("#writing-sources .sources").append(...cards.map(parsed));
  };

  const end = (whole) => {
    ({ files } = whole);
    const isEmpty = whole.n_papers === 0;
    tell(
      isEmpty
        ? "No sentence could be written and supported. Allow more words, or other papers."
        : facts(whole),
    );
    find(".takeaway").hidden = isEmpty;
    find("#writing-sources").hidden = isEmpty;
    drawLeftOut(".considered", whole.considered);
  };

  const facts = ({ n_words: words, n_papers: papers, n_dropped: dropped, backend }) => {
    const told = [count(words, "word"), `${count(papers, "paper")} cited`];
    if (dropped) told.push(`${count(dropped, "sentence")} left out, not supported`);
    if (backend !== "extractive") told.push(`written with ${backend}`);
    return told.join(" · ");
  };

  const tell = (text) => {
    find(".told").textContent = text;
    find(".text").setAttribute("aria-busy", "false");
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("#writing .takeaway [data-writing]");
    if (!button) return;
    const { file } = button.dataset;
    if (button.dataset.writing === "copy") window.citewise.copy(button, files[file]);
    else window.citewise.saveFile(`${NAME}.${file}`, files[file]);
  });

  Object.assign(writing, { begin, grow, end, tell });
})();
