// What an answer stands on: quotes, and the papers that they are from.

const MAX_AUTHORS = 3;

function authorsOf({ authors = [], n_authors: count }) {
  if (!authors.length) return count ? `${count} author${count === 1 ? "" : "s"}` : "";
  return authors.slice(0, MAX_AUTHORS).join(", ") + (authors.length > MAX_AUTHORS ? " et al." : "");
}

function linkTo(paper) {
  const url = webLink(paper.url);
  if (!url) return "";
  const host = url.hostname.replace(/^www\./, "");
  const text = `${/^\/(search|find)/.test(url.pathname) ? "Find on" : "Open at"} ${host}`;
  const where = { href: url.href, target: "_blank", rel: "noopener noreferrer" };
  return make("a", where, text, make("span", { class: "unseen" }, " (new tab)"));
}

function paperLines(paper) {
  const told = [authorsOf(paper), paper.year].filter(Boolean).join(" · ");
  return [
    make("p", { class: "title" }, paper.title || paper.paper_id),
    make("p", { class: "told" }, told, told && webLink(paper.url) ? " · " : "", linkTo(paper)),
  ];
}

function quoteCard(source, id) {
  const label = `Source ${source.number}`;
  return make("div", { class: "card", id, role: "group", "aria-label": label },
    make("blockquote", {}, source.quote), ...paperLines(source));
}

const nearestList = (papers) =>
  make("ul", { class: "nearest" }, ...papers.map((paper) => make("li", {}, ...paperLines(paper))));
