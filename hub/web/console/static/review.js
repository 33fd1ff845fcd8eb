// A passage that is selected can be commented on; comments stand beside their passages. Without this both are lists and forms.
(() => {
  "use strict";
  const CONTEXT = 64;
  const MAX_QUOTE = 1000;
  const panel = document.querySelector("[data-remark-form]");
  const texts = [...document.querySelectorAll("[data-commented]")];
  if (!texts.length) return;

  // Only text that stands in one document, with what stands around it there.
  const selected = () => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const text = texts.find((one) => one.contains(range.startContainer) && one.contains(range.endContainer));
    const quote = selection.toString().trim();
    if (!text || !quote || quote.length > MAX_QUOTE) return null;
    const around = (start, end) => {
      const piece = document.createRange();
      piece.selectNodeContents(text);
      if (start) piece.setStart(start.node, start.offset);
      if (end) piece.setEnd(end.node, end.offset);
      return piece.toString().replace(/\s+/g, "");
    };
    return {
      quote,
      document: text.dataset.commented,
      before: around(null, { node: range.startContainer, offset: range.startOffset }).slice(-CONTEXT),
      after: around({ node: range.endContainer, offset: range.endOffset }, null).slice(0, CONTEXT),
    };
  };

  if (panel) {
    const form = panel.querySelector("form");
    const close = panel.querySelector("[data-remark-close]");
    const offer = document.createElement("button");
    offer.type = "button";
    offer.className = "main select-bar";
    offer.hidden = true;
    offer.textContent = "批注所选文字";
    document.getElementById("main").append(offer);
    let found = null;
    let timer = 0;

    document.addEventListener("selectionchange", () => {
      if (offer === document.activeElement) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        found = selected();
        offer.hidden = !found;
      }, 150);
    });
    const put = (name, value) => { form.elements[name].value = value; };
    offer.addEventListener("click", () => {
      if (!found) return;
      for (const [name, value] of Object.entries(found)) put(name, value);
      panel.open = true;
      panel.classList.add("floating");
      close.hidden = false;
      offer.hidden = true;
      form.elements.words.focus();
    });
    const shut = () => {
      panel.classList.remove("floating");
      panel.open = false;
      close.hidden = true;
      for (const name of ["quote", "before", "after"]) put(name, "");
    };
    close.addEventListener("click", shut);
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && panel.classList.contains("floating")) {
        shut();
        panel.querySelector("summary").focus();
      }
    });
    // Words that were typed by hand have no surroundings.
    form.elements.quote.addEventListener("input", () => { put("before", ""); put("after", ""); });
  }

  // A mark and its comment show each other.
  const show = (key) => {
    for (const one of document.querySelectorAll(".here")) one.classList.remove("here");
    for (const one of document.querySelectorAll(`[data-passage="${key}"], [data-remark="${key}"]`)) one.classList.add("here");
  };
  for (const text of texts) {
    text.addEventListener("click", (event) => {
      const mark = event.target.closest("mark[data-passage]");
      if (!mark || !document.getSelection().isCollapsed) return;
      show(mark.dataset.passage);
      document.querySelector(`[data-remark="${mark.dataset.passage}"]`)?.scrollIntoView({ block: "nearest" });
    });
  }
  for (const card of document.querySelectorAll("[data-remark]")) {
    for (const kind of ["click", "focusin"]) card.addEventListener(kind, () => show(card.dataset.remark));
  }

  // Where there is room, each comment begins at the height of its passage, and never covers another.
  const wide = window.matchMedia("(min-width: 62rem)");
  const align = () => {
    for (const list of document.querySelectorAll(".margin-notes .remarks")) {
      for (const card of list.children) card.style.marginTop = "";
      if (!wide.matches) continue;
      for (const card of list.children) {
        const mark = document.getElementById(`p-${card.dataset.remark}`);
        const gap = mark ? mark.getBoundingClientRect().top - card.getBoundingClientRect().top : 0;
        if (gap > 1) card.style.marginTop = `${gap + parseFloat(getComputedStyle(card).marginTop)}px`;
      }
    }
  };
  wide.addEventListener("change", align);
  window.addEventListener("load", align);
  new ResizeObserver(align).observe(document.getElementById("main"));
})();
