// 新建: a file that is dropped or chosen is read at once; what is pasted keeps its form.
(() => {
  "use strict";
  // Which of several files is the policy decides what the form proposes.
  for (const one of document.querySelectorAll("[data-turns]")) {
    one.addEventListener("change", () => window.location.replace("?policy=" + one.value));
  }
  // The fields of another kind come by themselves; without scripts a button fetches them.
  if (window.htmx) for (const one of document.querySelectorAll("[data-turn]")) one.hidden = true;
  const form = document.querySelector("[data-intake]");
  if (!form) return;
  form.querySelector("[data-choose]").hidden = false;
  form.querySelector("[data-read]").hidden = true;
  form.querySelector("#f-files").classList.add("unseen");
  const reading = form.querySelector("[data-reading]");
  const read = () => {
    reading.hidden = false;
    form.requestSubmit();
  };
  form.querySelector("input[type=file]").addEventListener("change", (event) => {
    if (event.target.files.length) read();
  });
  form.querySelector("[data-pasted]").addEventListener("paste", (event) => {
    const html = event.clipboardData.getData("text/html");
    if (!html) return;
    event.preventDefault();
    event.target.value = html;
    read();
  });
  // A file that misses the drop area must not replace the page.
  for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
})();
