// The set time is asked for only where a time is chosen; without a script the fields simply stand there.
(() => {
  "use strict";
  const part = document.querySelector("[data-when]");
  const picks = document.querySelectorAll("input[name=manner]");
  if (!part || !picks.length) return;
  const show = () => {
    const chosen = document.querySelector("input[name=manner]:checked");
    part.hidden = chosen?.value !== part.dataset.when;
  };
  for (const pick of picks) pick.addEventListener("change", show);
  show();
})();
