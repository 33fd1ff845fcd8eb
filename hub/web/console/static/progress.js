// Says what has changed to whoever cannot see it change: each channel's state, and the official time when it exists.
(() => {
  "use strict";
  const told = document.getElementById("told");
  const ways = document.getElementById("ways");
  if (!told || !ways) return;
  const read = () => new Map([...ways.querySelectorAll("[data-tell]")].map(
    (one) => [one.dataset.tell, one.dataset.words ?? one.textContent.trim()],
  ));
  let before = read();
  ways.addEventListener("htmx:afterSwap", () => {
    const now = read();
    const news = [...now].filter(([about, words]) => before.get(about) !== words).map(([, words]) => words);
    before = now;
    if (news.length) told.textContent = news.join("；");
  });
})();
